import { expect, test } from 'bun:test';
import { lexicons } from '@atproto/api';
import lexicon from '../../../lexicons/xyz.groundmist.sync.json' with { type: 'json' };
import { whyNotHost } from '../../../src/core/lexicon/host.ts';
import { makeSyncRecord, parseSyncRecord, syncCollection } from '../../../src/core/discovery/sync-record.ts';

test.each([
  'sync.example.com',
  'sync.example.com:8443',
  'localhost:3031',
  '127.0.0.1:3031',
  '[::1]:3031',
  'NAS',
])('"%s" is a host', (host) => {
  expect(whyNotHost(host)).toBeUndefined();
  expect(parseSyncRecord(makeSyncRecord(host))).toEqual({ $type: 'xyz.groundmist.sync', host });
});

test.each([
  ['', 'empty'],
  ['https://sync.example.com', 'scheme'],
  ['alice:secret@sync.example.com', 'user'],
  ['sync.example.com/', 'path'],
  ['sync.example.com?x', 'path'],
  ['sync.example.com:0', 'port'],
  ['sync.example.com:65536', 'port'],
  ['sync.example.com:', 'port'],
  ['sync.example.com:1e3', 'port'],
  ['::1', 'labels'],
  ['[::g]', 'labels'],
  ['[1:2]', 'address'],
  ['256.1.1.1', 'address'],
  ['sync.example.1', 'address'],
  ['xn--a', 'neither a name'],
  ['0x7f.1', 'write it as 127.0.0.1'],
  ['127.1:3031', 'write it as 127.0.0.1'],
  ['[0:0::1]', 'write it as [::1]'],
  ['sync..example.com', 'labels'],
  ['sync example.com', 'labels'],
  ['sync_.example.com', 'labels'],
  [`${'a'.repeat(64)}.example.com`, 'labels'],
  [`${'a.'.repeat(127)}com`, 'characters'],
])('"%s" is not, and the %s is named', (host, what) => {
  expect(whyNotHost(host)).toContain(what);
  expect(parseSyncRecord(makeSyncRecord(host))).toBeUndefined();
});

test('a record of a later version is read, another record is not', () => {
  const later = { ...makeSyncRecord('sync.example.com'), keys: ['x'] };
  expect(parseSyncRecord(later)).toEqual(later);
  expect(parseSyncRecord({ ...later, $type: 'xyz.groundmist.other' })).toBeUndefined();
  expect(parseSyncRecord({ $type: 'xyz.groundmist.sync' })).toBeUndefined();
  expect(parseSyncRecord(null)).toBeUndefined();
});

test('the lexicon accepts the record that we write and refuses others', () => {
  lexicons.add({ ...lexicon, lexicon: 1 } as Parameters<typeof lexicons.add>[0]);
  try {
    expect(isValidRecord(makeSyncRecord('sync.example.com'))).toBe(true);
    expect(isValidRecord({ ...makeSyncRecord('sync.example.com'), later: 1 })).toBe(true);
    expect(isValidRecord({ $type: 'xyz.groundmist.sync' })).toBe(false);
    expect(isValidRecord(makeSyncRecord(''))).toBe(false);
    expect(isValidRecord(makeSyncRecord('x'.repeat(260)))).toBe(false);
    expect<string>(lexicon.id).toBe(syncCollection);
  } finally {
    lexicons.remove(syncCollection);
  }
});

function isValidRecord(record: unknown): boolean {
  return lexicons.validate(syncCollection, record).success;
}
