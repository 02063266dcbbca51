import { expect, test } from 'bun:test';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { ChunkTable, type ChunkRange } from '../../../src/core/store/chunk-table.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { tailPath } from '../../../src/core/store/layout.ts';
import { openReader } from '../../../src/core/store/reader.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { Stores } from '../../../src/core/store/stores.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { sharedFence } from '../../support/fence.ts';
import { forgedChunk } from '../../support/forged-chunk.ts';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { codeOf, failureOf } from '../../support/rejection.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { tailBeside, tailChanges } from '../../support/tail-beside.ts';
import {
  bytesOf,
  lastSequence,
  readEntries,
  sampleId,
  SampleDocument,
} from '../../support/sample-documents.ts';

const id = sampleId(1);
const other = sampleId(2);

/** All chunks that a table may hold. */
const everything: ChunkRange = [0, Number.MAX_SAFE_INTEGER];

function open(directory: string) {
  const database = openDocumentsDatabase(join(directory, 'documents.sqlite'));
  const count = (): number => tailChanges(database).length;
  const chunks = (): number => new ChunkTable(database).totals(everything).count;
  return {
    database,
    count,
    chunks,
    store: new SqliteStore({
      database,
      tailPath: tailBeside(database),
      clock: systemClock,
      disk: roomyDisk(),
    }),
  };
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
  expect(existsSync(tailBeside(again.database))).toBe(false);
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

test('what is undone in the database is undone in the tail', async () => {
  using directory = temporaryFolder();
  const { store, database, count } = open(directory.path);
  const document = new SampleDocument();
  await store.append(id, document.write('a').addition());
  await store.append(id, document.write('b').addition());
  const { heads } = document;
  database.run("CREATE TRIGGER poison BEFORE INSERT ON document BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
  const batch = [id, other].map((one) => codeOf(store.append(one, document.write('c').addition())));
  expect(await Promise.all(batch)).toEqual(['StoreUnavailable', 'StoreUnavailable']);
  expect(await store.load(id)).toMatchObject({ heads, chunks: [{}, {}], damaged: [] });
  expect(count()).toBe(1);
  database.run('DROP TRIGGER poison');
  await store.append(id, { chunks: [document.snapshot], heads: document.heads });
  expect(readEntries(await store.load(id))).toEqual(['a', 'b', 'c', 'c']);
  await store.close();
});

test('large chunks and document chunks go past the tail, after what is in it', async () => {
  using directory = temporaryFolder();
  const { store, count, chunks } = open(directory.path);
  const document = new SampleDocument();
  for (const entry of ['a', 'b']) await store.append(id, document.write(entry).addition());
  expect(count()).toBe(1);
  const large = Buffer.from(crypto.getRandomValues(new Uint8Array(2000))).toString('hex');
  await store.append(id, document.write(large).addition());
  expect(chunks()).toBe(3);
  await store.append(id, document.write('c').addition());
  await store.append(id, { chunks: [document.snapshot], heads: document.heads });
  expect(chunks()).toBe(5);
  expect((await store.load(id))?.chunks).toHaveLength(5);
  expect(readEntries(await store.load(id))).toEqual(['a', 'b', large, 'c']);
  await store.close();
});

test('changes in the tail can be vouched for and compacted, and are listed with their document', async () => {
  using directory = temporaryFolder();
  const { store, count, chunks } = open(directory.path);
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
  expect(chunks()).toBe(3);
  await store.close();
});

test('a reader beside the store sees what is in the tail', async () => {
  using directory = temporaryFolder();
  const stores = openStores(directory.path);
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

/** What a kill of the machine leaves of a store that is open. */
function copyNamespace(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return tailPath(to, namespace);
}

const namespace = parseNamespace('xyz.groundmist.library');
const openStores = (dataDirectory: string): Stores =>
  new Stores({ dataDirectory, clock: systemClock, fence: sharedFence() });

test('a tail that is gone is damage, not older documents, for the store and for a reader', async () => {
  using directory = temporaryFolder();
  const stores = openStores(directory.at('live'));
  const store = await stores.open(namespace);
  const document = new SampleDocument();
  for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
  const path = copyNamespace(directory.at('live'), directory.at('killed'));
  await stores.close();
  rmSync(path);
  const killed = openStores(directory.at('killed'));
  expect((await failureOf(killed.open(namespace)))?.message).toContain(path);
  expect(await codeOf(killed.open(namespace))).toBe('StoreDamaged');
  {
    await using reader = await openReader(directory.at('killed'));
    expect(await codeOf(reader.load(namespace, id))).toBe('StoreDamaged');
  }
  writeFileSync(path, '');
  const accepted = await killed.open(namespace);
  expect(readEntries(await accepted.load(id))).toEqual(['a']);
  await accepted.append(id, { chunks: [document.snapshot], heads: document.heads });
  await killed.close();
  const again = openStores(directory.at('killed'));
  expect(readEntries(await (await again.open(namespace)).load(id))).toEqual(['a', 'b', 'c']);
  await again.close();
});

test('a tail that nothing is in any more is ignored where it comes back', async () => {
  using directory = temporaryFolder();
  const stores = openStores(directory.at('live'));
  const store = await stores.open(namespace);
  const document = new SampleDocument();
  for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
  const path = copyNamespace(directory.at('live'), directory.at('killed'));
  await stores.close();
  const live = tailPath(directory.at('live'), namespace);
  cpSync(path, live);
  await using reader = await openReader(directory.at('live'));
  expect((await reader.load(namespace, id))?.chunks).toHaveLength(3);
  const again = openStores(directory.at('live'));
  const reopened = await again.open(namespace);
  expect(readEntries(await reopened.load(id))).toEqual(['a', 'b', 'c']);
  await reopened.append(id, document.write('d').addition());
  await again.close();
  expect(existsSync(live)).toBe(false);
});

test('after a kill a reader sees the tail and changes nothing, and the store goes on from it', async () => {
  using directory = temporaryFolder();
  const stores = openStores(directory.at('live'));
  const store = await stores.open(namespace);
  const document = new SampleDocument();
  for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
  copyNamespace(directory.at('live'), directory.at('killed'));
  const expected = await store.load(id);
  await stores.close();
  const before = folderState(directory.at('killed'));
  {
    await using reader = await openReader(directory.at('killed'));
    expect(await reader.namespaces()).toEqual([namespace]);
    expect(await reader.load(namespace, id)).toEqual({ heads: document.heads, chunks: bytesOf(expected) });
    expect(folderState(directory.at('killed'))).toEqual(before);
  }
  const killed = openStores(directory.at('killed'));
  const again = await killed.open(namespace);
  for (const entry of ['d', 'e', 'f']) await again.append(id, document.write(entry).addition());
  expect(readEntries(await again.load(id))).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  await killed.close();
});

test('a reader whose copy of the database stays as it was reads it with the tail of that moment', async () => {
  using directory = temporaryFolder();
  const stores = openStores(directory.at('live'));
  const store = await stores.open(namespace);
  const document = new SampleDocument();
  for (const entry of ['a', 'b']) await store.append(id, document.write(entry).addition());
  copyNamespace(directory.at('live'), directory.at('killed'));
  await stores.close();
  await using reader = await openReader(directory.at('killed'));
  const { heads } = document;
  expect((await reader.load(namespace, id))?.heads).toEqual(heads);
  const killed = openStores(directory.at('killed'));
  const again = await killed.open(namespace);
  for (const entry of ['c', 'd', 'e']) await again.append(id, document.write(entry).addition());
  const read = await reader.load(namespace, id);
  expect([heads, document.heads]).toContainEqual([...(read?.heads ?? [])]);
  await killed.close();
});

test('a change whose head is damaged is missing from its document, and the others are there', async () => {
  using directory = temporaryFolder();
  const { store, database } = open(directory.path);
  const document = new SampleDocument();
  const plain = new SampleDocument();
  await store.append(id, document.write('a').addition());
  await store.append(other, plain.write('x').addition());
  const addition = document.write('b').addition();
  await store.append(id, addition);
  for (const entry of ['y', 'z']) await store.append(other, plain.write(entry).addition());
  const path = tailBeside(database);
  const tail = readFileSync(path);
  const at = tail.indexOf(addition.chunks[0] ?? '') - 40;
  tail[at] = (tail[at] ?? 0) ^ 1;
  writeFileSync(path, tail);
  const again = open(directory.path);
  expect(await again.store.load(id)).toMatchObject({ chunks: [{}], damaged: [{ sequence: undefined }] });
  expect(readEntries(await again.store.load(other))).toEqual(['x', 'y', 'z']);
  await again.store.append(sampleId(3), new SampleDocument().write('n').addition());
  await again.store.append(other, plain.write('last').addition());
  await again.store.close();
  const moved = open(directory.path);
  expect(await moved.store.load(id)).toMatchObject({ chunks: [{}], damaged: [{ sequence: undefined }] });
  expect(readEntries(await moved.store.load(other))).toEqual(['x', 'y', 'z', 'last']);
  await moved.store.close();
  database.close(true);
});
