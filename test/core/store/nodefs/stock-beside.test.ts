import { expect, test } from 'bun:test';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAutomerge } from '../../../../src/core/automerge.ts';
import { parseDocumentId, type DocumentId } from '../../../../src/core/store/document-id.ts';
import type { StoredDocument } from '../../../../src/core/store/document-store.ts';
import { StockReader } from '../../../../src/core/store/stock-reader.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { nodefsPlaces, openNodefs } from '../../../support/nodefs.ts';
import { bytesOf, lastSequence, readEntries, SampleDocument } from '../../../support/sample-documents.ts';
import { generations, type Content, type Generation } from '../../../support/stock-client.ts';
import { readExpected, stockFixtures, toJson } from '../../../support/stock-data.ts';
import { newDocumentId } from '../../../support/sync-document.ts';
import { openStockStorage, type StockStorage } from '../../../support/stock-storage.ts';

const automerge = await loadAutomerge();
/** A version 4 UUID: the first generation takes no other. */
const id = newDocumentId();

function stock(generation: Generation, directory: string): StockStorage {
  return openStockStorage(generation, nodefsPlaces(directory).base);
}

function asId(text: string): DocumentId {
  const parsed = parseDocumentId(text);
  if (parsed === undefined) throw new Error(`${text} is no document id`);
  return parsed;
}

/** What the chunks that a store gives hold; throws where they are not those of its heads. */
function contentOf(stored: StoredDocument | undefined): unknown {
  const document = automerge.load(Buffer.concat(bytesOf(stored)));
  expect(automerge.getHeads(document)).toEqual([...(stored?.heads ?? [])]);
  expect(stored?.damaged).toEqual([]);
  return toJson(automerge.toJS(document));
}

function sha256(bytes: Uint8Array = new Uint8Array()): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
}

function push(entry: string): (content: Content) => void {
  return ({ entries }) => void (Array.isArray(entries) && entries.push(entry));
}

function filesOf(directory: string, one: DocumentId): readonly string[] {
  const folder = join(nodefsPlaces(directory).base, one.slice(0, 2), one.slice(2));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('/'));
}

test('every document that either generation wrote is served, listed with its heads and its time', async () => {
  for (const root of stockFixtures) {
    for (const [namespace, documents] of Object.entries(readExpected(root))) {
      using directory = temporaryFolder();
      cpSync(join(root, ...namespace.split('.')), nodefsPlaces(directory.path).base, { recursive: true });
      const store = await openNodefs(directory.path);
      expect(await store.unchecked(100)).toHaveLength(Object.keys(documents).length);
      const listed = await store.list({ limit: 100 });
      expect(listed.map((facts) => String(facts.id))).toEqual(Object.keys(documents).toSorted());
      for (const facts of listed) {
        expect([...facts.heads]).toEqual([...(documents[facts.id]?.heads ?? [])]);
        expect(facts.changedAt).toBeGreaterThan(0);
        expect(contentOf(await store.load(facts.id))).toEqual(toJson(documents[facts.id]?.content));
      }
      await store.close();
    }
  }
});

test.each(generations)(
  '%s loads what the store writes, whatever kind of chunks it wrote',
  async (generation) => {
    using directory = temporaryFolder();
    const store = await openNodefs(directory.path);
    const document = new SampleDocument();
    const expectSame = async (): Promise<void> => {
      const seen = await stock(generation, directory.path).read(id);
      expect([...seen.heads]).toEqual([...document.heads]);
      expect(seen.content).toEqual({ entries: readEntries(await store.load(id)) });
    };
    await store.append(id, document.write('a').addition());
    await expectSame();
    for (const entry of ['b', 'c', 'd', 'e']) await store.append(id, document.write(entry).addition());
    await expectSame();
    await store.append(id, { chunks: [document.snapshot], heads: document.heads });
    await store.append(id, document.write('f').addition());
    await expectSame();
    const compaction = document.compaction(lastSequence(await store.load(id)));
    await store.append(id, document.write('g').addition());
    await store.compact(id, compaction);
    await expectSame();
    expect(filesOf(directory.path, id)).toHaveLength(2);
    await store.close();
  },
);

test.each(generations)(
  'what %s changes and compacts on top is served, and written on',
  async (generation) => {
    using directory = temporaryFolder();
    const document = new SampleDocument();
    const first = await openNodefs(directory.path);
    for (const entry of ['a', 'b']) await first.append(id, document.write(entry).addition());
    await first.vouch(id, { interiors: new Map(), throughSequence: lastSequence(await first.load(id)) });
    expect(await first.unchecked(10)).toEqual([]);
    await first.close();

    for (const entry of ['c', 'd']) await stock(generation, directory.path).change(id, push(entry));
    const created = asId(await stock(generation, directory.path).create({ entries: ['new'] }));
    const second = await openNodefs(directory.path);
    expect((await second.unchecked(10)).toSorted()).toEqual([created, id].toSorted());
    expect(contentOf(await second.load(created))).toEqual({ entries: ['new'] });
    const stored = await second.load(id);
    expect(contentOf(stored)).toEqual({ entries: ['a', 'b', 'c', 'd'] });
    expect(stored?.chunks.every(({ sequence }) => sequence > (stored?.checkedThrough ?? 0))).toBe(true);

    const merged = automerge.load<{ entries: string[] }>(Buffer.concat(bytesOf(stored)));
    const edited = automerge.change(merged, (draft) => void draft.entries.push('e'));
    const heads = automerge.getHeads(edited);
    await second.append(id, { chunks: [automerge.saveSince(edited, automerge.getHeads(merged))], heads });
    await second.close();
    const seen = await stock(generation, directory.path).read(id);
    expect(seen).toEqual({ heads, content: { entries: ['a', 'b', 'c', 'd', 'e'] } });
  },
);

test.each(generations)('what %s changes while the store is open is noticed', async (generation) => {
  using directory = temporaryFolder();
  const store = await openNodefs(directory.path);
  await store.append(id, new SampleDocument().write('a').addition());
  await stock(generation, directory.path).change(id, push('b'));
  expect((await store.facts(id))?.heads).toEqual((await stock(generation, directory.path).read(id)).heads);
  expect(contentOf(await store.load(id))).toEqual({ entries: ['a', 'b'] });
  await store.close();
});

test('a document that stock software deleted is missing, not forgotten', async () => {
  using directory = temporaryFolder();
  const document = new SampleDocument().write('a');
  const store = await openNodefs(directory.path);
  const sequences = await store.append(id, document.addition());
  await stock('2.5.6', directory.path).delete(id);
  expect(await store.load(id)).toMatchObject({ chunks: [], damaged: [{}], heads: document.heads });
  await store.setAside(id, { sequences, reason: 'Deleted.', heads: [] });
  expect(await store.load(id)).toBeUndefined();
  await store.close();
});

test('losing the index costs nothing but looking again', async () => {
  for (const how of ['gone', 'broken'] as const) {
    using directory = temporaryFolder();
    const document = new SampleDocument();
    const first = await openNodefs(directory.path);
    for (const entry of ['a', 'b', 'c']) await first.append(id, document.write(entry).addition());
    await first.compact(id, document.compaction(lastSequence(await first.load(id))));
    for (const entry of ['d', 'e']) await first.append(id, document.write(entry).addition());
    await first.close();
    const { index } = nodefsPlaces(directory.path);
    if (how === 'gone') rmSync(index);
    else writeFileSync(index, 'this is no database, however long one looks at it '.repeat(100));
    const again = await openNodefs(directory.path);
    expect(await again.unchecked(10)).toEqual([id]);
    const stored = await again.load(id);
    expect(readEntries(stored)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(stored?.chunks.map(({ hasInterior }) => hasInterior)).toEqual([false, false, false]);
    expect((await again.facts(id))?.heads).toEqual(document.heads);
    await again.close();
  }
});

test('a snapshot that was written anew under its name is no longer taken for the one that was opened', async () => {
  using directory = temporaryFolder();
  const document = new SampleDocument();
  const store = await openNodefs(directory.path);
  await store.append(id, document.write('a').addition());
  await store.compact(id, document.compaction(lastSequence(await store.load(id))));
  expect((await store.load(id))?.chunks).toMatchObject([{ hasInterior: true }]);
  const [name = ''] = filesOf(directory.path, id);
  const path = join(nodefsPlaces(directory.path).base, id.slice(0, 2), id.slice(2), name);
  const chunk = document.addition().chunks;
  writeFileSync(path, Buffer.concat([document.snapshot, ...chunk, document.snapshot]));
  const stored = await store.load(id);
  expect(stored).toMatchObject({ chunks: [{ hasInterior: false }], checkedThrough: -1 });
  expect(await store.unchecked(10)).toEqual([id]);
  await store.close();
});

test('a whole chunk under the name of another is damage', async () => {
  using directory = temporaryFolder();
  const document = new SampleDocument();
  const store = await openNodefs(directory.path);
  for (const entry of ['a', 'b']) await store.append(id, document.write(entry).addition());
  const [first, second] = (await store.load(id))?.chunks ?? [];
  const names = filesOf(directory.path, id);
  const name = names.find((one) => one.endsWith(sha256(second?.bytes))) ?? '';
  const path = join(nodefsPlaces(directory.path).base, id.slice(0, 2), id.slice(2), name);
  writeFileSync(path, first?.bytes ?? expect.unreachable());
  expect(await store.load(id)).toMatchObject({
    chunks: [{ sequence: first?.sequence }],
    damaged: [{ sequence: second?.sequence, reason: 'its name does not match its content' }],
  });
  await store.close();
});

test('a reader beside the store is not taken in by its compactions', async () => {
  using directory = temporaryFolder();
  const { base } = nodefsPlaces(directory.path);
  const store = await openNodefs(directory.path);
  const reader = new StockReader(base);
  const document = new SampleDocument();
  for (let round = 0; round < 40; round += 1) {
    for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
    const compacting = store.compact(id, document.compaction(lastSequence(await store.load(id))));
    const seen = [];
    for (let look = 0; look < 8; look += 1) seen.push(reader.load(id), reader.facts(id));
    for (const found of await Promise.all(seen)) expect(found).toBeDefined();
    await compacting;
  }
  await store.close();
});
