import { expect, test } from 'bun:test';
import { correctRecord, ownInstead } from '../../../../src/features/doctor/reach/stale-record.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['8.8.8.8', ['8.8.8.8', '8.8.4.4'], []],
  ['8.8.8.8', ['192.168.1.5', '2001:4860::1', '8.8.4.4'], ['8.8.4.4']],
  ['2001:4860::2', ['8.8.4.4', 'fe80::1', '2001:4860::1'], ['2001:4860::1']],
  ['192.168.1.9', ['192.168.1.5', '8.8.4.4'], ['192.168.1.5']],
  ['127.0.0.1', ['192.168.1.5'], []],
])('of %s, for a machine with %p, the address now is %p', (address, own, expected) => {
  expect(ownInstead({ address, family: address.includes(':') ? 6 : 4 }, own)).toEqual([...expected]);
});

test.each([
  ['sync.example.com', 'change the A record of sync.example.com to 8.8.4.4.'],
  ['8.8.8.8', 'change GROUNDMIST_HOST to 8.8.4.4'],
])('for %s it is said what to correct', (host, words) => {
  const url = new URL(`https://${host}`);
  expect(correctRecord(url, { address: '8.8.8.8', family: 4 }, ['8.8.4.4'])).toContain(words);
});
