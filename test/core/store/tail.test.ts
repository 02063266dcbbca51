import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { openReader } from '../../../src/core/store/reader.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { Stores } from '../../../src/core/store/stores.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { forgedChunk } from '../../support/forged-chunk.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { codeOf } from '../../support/rejection.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import {
  bytesOf,
  lastSequence,
  readEntries,
  sampleId,
  SampleDocument,
} from '../../support/sample-documents.ts';

const id = sampleId(1);
const other = sampleId(2);

function open(directory: string) {
  const database = openDocumentsDatabase(join(directory, 'documents.sqlite'));
  const count = (): number =>
    database.query<{ changes: number }, []>('SELECT count(*) AS changes FROM tail').get()?.changes ?? -1;
  return { database, count, store: new SqliteStore({ database, clock: systemClock, disk: roomyDisk() }) };
}

test('small changes of all documents lie in the tail until it is large, and nobody sees where', async () => {
  using directory = temporaryFolder();
  const { store, count } = open(directory.path);
  const written: Uint8Array[] = [];
  const counts: number[] = [];
  const write = async (changes: number): Promise<void> => {
    const chunks = Array.from({ length: changes }, () => forgedChunk(1, 900));
    written.push(...chunks.map(({ bytes }) => bytes));
    await Promise.all(
      [id, other].flatMap((one) =>
        chunks.map(({ bytes, hash }) => store.append(one, { chunks: [bytes], heads: [hash] })),
      ),
    );
    counts.push(count());
  };
  for (let group = 0; group < 10; group += 1) await write(100);
  expect(Math.max(...counts)).toBeGreaterThan(900);
  expect(counts.at(-1)).toBeLessThan(Math.max(...counts));
  for (const one of [id, other]) expect(bytesOf(await store.load(one))).toEqual(written);
  await write(1);
  expect(await store.facts(id)).toMatchObject({ chunkCount: 1001 });
  await store.close();
  const again = open(directory.path);
  expect(again.count()).toBe(0);
  for (const one of [id, other]) expect(bytesOf(await again.store.load(one))).toEqual(written);
  await again.store.close();
});

test('what is in the tail is there after a process that did not close', async () => {
  using directory = temporaryFolder();
  const first = open(directory.path);
  const document = new SampleDocument();
  for (const entry of ['a', 'b', 'c']) await first.store.append(id, document.write(entry).addition());
  expect(first.count()).toBe(2);
  const second = open(directory.path);
  expect(readEntries(await second.store.load(id))).toEqual(['a', 'b', 'c']);
  expect(await second.store.facts(id)).toMatchObject({ chunkCount: 3, heads: document.heads });
  expect(await second.store.unchecked(10)).toEqual([id]);
  second.database.close(true);
  first.database.close(true);
});

test('what is undone in the database is undone in memory', async () => {
  using directory = temporaryFolder();
  const { store, database } = open(directory.path);
  const document = new SampleDocument();
  await store.append(id, document.write('a').addition());
  const { heads } = document;
  database.run("CREATE TRIGGER poison BEFORE INSERT ON tail BEGIN SELECT RAISE(ABORT, 'no'); END");
  expect(await codeOf(store.append(id, document.write('b').addition()))).toBe('StoreUnavailable');
  expect(await store.load(id)).toMatchObject({ heads, chunks: [{}], damaged: [] });
  database.run('DROP TRIGGER poison');
  await store.append(id, { chunks: [document.snapshot], heads: document.heads });
  expect(readEntries(await store.load(id))).toEqual(['a', 'b']);
  await store.close();
});

test('large chunks and document chunks go past the tail, after what is in it', async () => {
  using directory = temporaryFolder();
  const { store, count } = open(directory.path);
  const document = new SampleDocument();
  for (const entry of ['a', 'b']) await store.append(id, document.write(entry).addition());
  expect(count()).toBe(1);
  const large = Buffer.from(crypto.getRandomValues(new Uint8Array(2000))).toString('hex');
  await store.append(id, document.write(large).addition());
  expect(count()).toBe(0);
  await store.append(id, document.write('c').addition());
  await store.append(id, { chunks: [document.snapshot], heads: document.heads });
  expect(count()).toBe(0);
  expect((await store.load(id))?.chunks).toHaveLength(5);
  expect(readEntries(await store.load(id))).toEqual(['a', 'b', large, 'c']);
  await store.close();
});

test('changes in the tail can be vouched for and compacted, and are listed with their document', async () => {
  using directory = temporaryFolder();
  const { store, count } = open(directory.path);
  const document = new SampleDocument();
  for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
  await store.append(other, new SampleDocument().write('x').addition());
  const stored = await store.load(id);
  const throughSequence = lastSequence(stored);
  await store.vouch(id, { interiors: new Map(), throughSequence: stored?.chunks[1]?.sequence ?? -1 });
  expect((await store.load(id))?.checkedThrough).toBe(stored?.chunks[1]?.sequence ?? -1);
  expect(new Set(await store.unchecked(10))).toEqual(new Set([id, other]));
  await store.vouch(id, { interiors: new Map(), throughSequence });
  expect(count()).toBe(2);
  expect(await store.unchecked(10)).toEqual([other]);
  expect(await store.list({ limit: 10 })).toMatchObject([
    { id, chunkCount: 3, isChecked: true, heads: document.heads },
    { id: other, chunkCount: 1 },
  ]);
  const compaction = document.compaction(throughSequence);
  const later = document.write('d').addition();
  await store.append(id, later);
  await store.compact(id, compaction);
  expect(bytesOf(await store.load(id))).toEqual([compaction.snapshot, ...later.chunks]);
  expect(count()).toBe(0);
  await store.close();
});

test('a reader beside the store sees what is in the tail', async () => {
  using directory = temporaryFolder();
  const namespace = parseNamespace('xyz.groundmist.library');
  const stores = new Stores({ dataDirectory: directory.path, clock: systemClock });
  const store = await stores.open(namespace);
  const document = new SampleDocument();
  for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
  await store.append(other, new SampleDocument().write('x').addition());
  const stored = await store.load(id);
  await using reader = await openReader(directory.path);
  expect(await reader.load(namespace, id)).toEqual({ heads: document.heads, chunks: bytesOf(stored) });
  const { heads: _, isChecked: __, ...facts } = (await store.facts(id)) ?? expect.unreachable();
  expect(await reader.facts(namespace, id)).toEqual(facts);
  expect(await Array.fromAsync(reader.list(namespace))).toMatchObject([facts, { id: other, chunkCount: 1 }]);
  expect((await reader.summary(namespace)).documentCount).toBe(2);
  expect((await reader.summary(namespace)).changedAt).toBeGreaterThanOrEqual(facts.changedAt);
  await stores.close();
});
