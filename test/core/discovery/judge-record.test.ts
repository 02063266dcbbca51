import { expect, test } from 'bun:test';
import { judgeRecord } from '../../../src/core/discovery/judge-record.ts';
import { parseSyncRecord } from '../../../src/core/discovery/sync-record.ts';
import { record as ours } from '../../support/publish-to.ts';

const judge = (value: unknown) =>
  judgeRecord({ host: parseSyncRecord(value)?.host, cid: undefined, value }, ours);

test('no record is nothing', () => {
  expect(judgeRecord(undefined, ours)).toEqual({ kind: 'nothing' });
});

test.each([
  ours,
  { ...ours, host: 'SYNC.example.com:443' },
  { ...ours, did: undefined, publicKeyMultibase: undefined },
  { ...ours, did: 7, publicKeyMultibase: null },
  { ...ours, more: true },
])('%j leads to this server: what is left out or is no text, no app compares', (value) => {
  expect(judge(value)).toEqual({ kind: 'this-server' });
});

test.each([
  { ...ours, publicKeyMultibase: 'zDnaeX' },
  { ...ours, did: 'did:web:evil.example.com' },
  { ...ours, did: '' },
])('%j is ours with what is another’s', (value) => {
  expect(judge(value)).toEqual({ kind: 'another-key' });
});

test('another port or name is another host', () => {
  expect(judge({ ...ours, host: 'sync.example.com:8443' })).toEqual({
    kind: 'another-host',
    host: 'sync.example.com:8443',
  });
});

test.each([{ host: ours.host }, { ...ours, host: 'https://sync.example.com' }, 7, null])(
  '%j is nothing that an app can use',
  (value) => {
    expect(judge(value)).toEqual({ kind: 'no-usable-host' });
  },
);
