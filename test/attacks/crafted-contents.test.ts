/*
 * Threat: a backup that somebody else made, whole by its lists, brings in databases that are not ours: with a trigger that
 * keeps sessions, with tables of their own, or without the documents that it says it has.
 */
import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fill, library, restore, verify } from '../support/backed-up.ts';
import { craftBackup, type CraftedOptions } from '../support/crafted-backup.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/folder.ts';
import { failureOf } from '../support/rejection.ts';
import { sampleId } from '../support/sample-documents.ts';

const control = '.groundmist/control.sqlite';
const stores = '.groundmist/stores.json';
const documents = 'xyz/groundmist/library/documents.sqlite';

let folder: TemporaryFolder;
/** Files of a backup that is right. */
let good: Readonly<Record<string, Uint8Array>>;
beforeEach(async () => {
  folder = temporaryFolder();
  await fill(folder.at('data'), 'sqlite');
  mkdirSync(folder.at('made'));
  await restore((await create(folder.at('data'), folder.at('made'))).path, folder.at('restored'));
  good = Object.fromEntries(
    [control, stores, documents].map((name) => [name, readFileSync(folder.at(`restored/${name}`))]),
  );
});
afterEach(() => folder[Symbol.dispose]());

async function refused(options: CraftedOptions): Promise<string> {
  mkdirSync(folder.at('in'));
  const path = folder.at('in/crafted.tar.zst');
  await craftBackup(path, options);
  const failure = await failureOf(restore(path, folder.at('in/restored')));
  expect(failure.code).toBe('BackupDamaged');
  expect((await failureOf(verify(path))).message).toBe(failure.message);
  expect(readdirSync(folder.at('in'))).toEqual(['crafted.tar.zst']);
  return failure.message;
}

/** A database of the good ones, changed. */
function changed(name: string, sql: string): Readonly<Record<string, Uint8Array>> {
  const path = folder.at(`restored/${name}`);
  const database = new Database(path);
  database.run('PRAGMA journal_mode = DELETE');
  database.run(sql);
  database.close(true);
  return { ...good, [name]: readFileSync(path) };
}

test('what is crafted from the files of a good one is restored', async () => {
  await craftBackup(folder.at('crafted.tar.zst'), { files: good });
  await restore(folder.at('crafted.tar.zst'), join(folder.path, 'again'));
  expect(readdirSync(folder.at('again'))).toEqual(['.groundmist', 'xyz']);
});

test.each([
  [control, 'CREATE TRIGGER stay BEFORE DELETE ON session BEGIN SELECT raise(ignore); END'],
  [control, 'CREATE VIEW seen AS SELECT * FROM session'],
  [control, 'CREATE TABLE foreigner (name TEXT)'],
  [control, 'DROP TABLE session'],
  [documents, 'CREATE TRIGGER lose AFTER INSERT ON chunk BEGIN DELETE FROM chunk; END'],
  [documents, 'CREATE TABLE foreigner (name TEXT)'],
])('%s with another schema is refused: %s', async (name, sql) => {
  expect(await refused({ files: changed(name, sql) })).toContain('the tables that groundmist makes');
});

test.each([control, documents, stores])('%s that is garbage is refused', async (name) => {
  expect(await refused({ files: { ...good, [name]: Buffer.from('garbage'.repeat(1000)) } })).toContain(
    'does not read as one',
  );
});

test('a manifest that names documents which the list does not have is refused', async () => {
  const manifest = {
    documents: { count: 3, bytes: 0, sha256: new Bun.CryptoHasher('sha256').digest('hex') },
  };
  expect(await refused({ files: good, manifest })).toContain('list of documents is not whole');
});

test.each([
  ['a document that is not inside', sampleId(77), 'a'.repeat(64)],
  ['heads that are not recorded', sampleId(0), 'b'.repeat(64)],
])('a list with %s is refused', async (_, id, head) => {
  const listed = [{ namespace: library, id, heads: [head] }];
  const manifest = { namespaces: [{ namespace: library, store: 'sqlite', documents: 1 }] };
  expect(await refused({ files: good, manifest, documents: listed })).toContain('is not in it as listed');
});
