import { expect, test } from 'bun:test';
import { reachNote } from '../../../src/features/publish/reach-note.ts';

test.each(['localhost:3031', '127.0.0.1', '[::1]', 'a.localhost', '127.1.2.3:80'])(
  '%s is found on this machine alone',
  (host) => {
    expect(reachNote(new URL(`https://${host}`))).toBe(`Only apps on this machine find ${host}.`);
  },
);

test.each([
  '10.0.0.1',
  '192.168.1.2:8443',
  'nas.local',
  'nas',
  '[fe80::1]',
  '[fd00::1]',
  'nas.home.arpa',
  '100.64.0.1',
])('%s is found in one network alone', (host) => {
  expect(reachNote(new URL(`https://${host}`))).toBe(`Only apps in the same network find ${host}.`);
});

test.each(['sync.example.com', '1.1.1.1', '[2606:4700::1111]', 'local.example.com'])(
  '%s is found by all',
  (host) => {
    expect(reachNote(new URL(`https://${host}`))).toBeUndefined();
  },
);
