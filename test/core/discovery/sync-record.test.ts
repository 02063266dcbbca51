import { describe, expect, test } from 'bun:test';
import { lexiconDoc, Lexicons } from '@atproto/lexicon';
import lexicon from '../../../lexicons/xyz.groundmist.sync.json' with { type: 'json' };
import { parseDid } from '../../../src/core/identity/did.ts';
import { makeServerDocument } from '../../../src/core/identity/server-document.ts';
import { whyNotHost } from '../../../src/core/lexicon/host.ts';
import { makeSyncRecord, parseSyncRecord, syncCollection } from '../../../src/core/discovery/sync-record.ts';

const secretKey = 'ab'.repeat(32);
const owner = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const $type = 'xyz.groundmist.sync' as const;
const recordWith = (host: string) => ({ $type, host });

test.each([
  'sync.example.com',
  'sync.example.com:8443',
  'localhost:3031',
  '127.0.0.1:3031',
  '[::1]:3031',
  'NAS',
])('"%s" is a host', (host) => {
  expect(whyNotHost(host)).toBeUndefined();
  expect(parseSyncRecord(recordWith(host))).toEqual({ $type, host });
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
  ['::1', 'write it as [::1]'],
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
  expect(parseSyncRecord(recordWith(host))).toBeUndefined();
});

test('what is written is the host, and the name and the key that the server has by its own DID document', async () => {
  const publicUrl = new URL('https://sync.example.com:8443');
  const { verificationMethod, id } = await makeServerDocument(publicUrl, secretKey, owner);
  expect(await makeSyncRecord(publicUrl, secretKey)).toEqual({
    $type,
    host: 'sync.example.com:8443',
    did: id,
    publicKeyMultibase: verificationMethod[0]?.publicKeyMultibase,
  });
});

test('a record of a later version is read, another record is not', () => {
  const later = { ...recordWith('sync.example.com'), keys: ['x'] };
  expect(parseSyncRecord(later)).toEqual(later);
  expect(parseSyncRecord({ ...later, $type: 'xyz.groundmist.other' })).toBeUndefined();
  expect(parseSyncRecord({ $type })).toBeUndefined();
  expect(parseSyncRecord(null)).toBeUndefined();
});

test('a name or a key that is none leaves the host usable', () => {
  const odd = { ...recordWith('sync.example.com'), did: 7, publicKeyMultibase: null };
  expect(parseSyncRecord(odd)?.host).toBe('sync.example.com');
  expect(parseSyncRecord(odd)?.did).toBeUndefined();
});

describe('the lexicon', () => {
  const lexicons = new Lexicons([lexiconDoc.parse(lexicon)]);
  const isValid = (record: unknown): boolean => lexicons.validate(syncCollection, record).success;

  test('is one, of this collection, by the schema of lexicons, which refuses others', () => {
    expect(lexiconDoc.safeParse(lexicon).success).toBe(true);
    expect(lexiconDoc.safeParse({ ...lexicon, lexicon: 2 }).success).toBe(false);
    expect<string>(lexicon.id).toBe(syncCollection);
  });

  test('accepts the records that we write, of every kind of host', async () => {
    for (const url of ['https://sync.example.com', 'http://localhost:3031', 'http://[::1]:3031']) {
      expect(isValid(await makeSyncRecord(new URL(url), secretKey))).toBe(true);
    }
  });

  test('accepts older records, with the host alone, and later ones', () => {
    expect(isValid(recordWith('sync.example.com'))).toBe(true);
    expect(isValid({ ...recordWith('sync.example.com'), later: 1 })).toBe(true);
  });

  test('refuses what no app could use', () => {
    expect(isValid({ $type })).toBe(false);
    expect(isValid(recordWith(''))).toBe(false);
    expect(isValid(recordWith('x'.repeat(260)))).toBe(false);
    expect(isValid({ ...recordWith('sync.example.com'), did: 'sync.example.com' })).toBe(false);
    expect(isValid({ ...recordWith('sync.example.com'), publicKeyMultibase: 7 })).toBe(false);
  });
});
