import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import type { DocumentId } from '../../../src/core/store/document-id.ts';
import type { Compaction, DocumentStore } from '../../../src/core/store/document-store.ts';
import { readLines } from '../../support/child-lines.ts';
import { codeOf } from '../../support/rejection.ts';
import {
  bytesOf,
  lastSequence,
  readEntries,
  sampleId,
  SampleDocument,
} from '../../support/sample-documents.ts';
import type { Backend } from './store-under-test.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';

/** What every backend of `DocumentStore` does. */
export function describeDocumentStore(backend: Backend): void {
  let directory: TemporaryFolder;
  let store: DocumentStore;
  let now = 0;
  const id = sampleId(1);
  const other = sampleId(2);

  async function reopen(): Promise<void> {
    await store.close();
    store = await backend.open(directory.path, () => now);
  }

  beforeEach(async () => {
    directory = temporaryFolder();
    now = 1_000;
    store = await backend.open(directory.path, () => now);
  });

  afterEach(async () => {
    await store.close();
    directory[Symbol.dispose]();
  });

  describe(`${backend.name}: reading and appending`, () => {
    test('knows nothing of a document that was never written', async () => {
      expect(await store.load(id)).toBeUndefined();
      expect(await store.facts(id)).toBeUndefined();
      expect(await store.list({ limit: 10 })).toEqual([]);
    });

    test('gives back the chunks in the order they came, with the last heads, also after reopening', async () => {
      const document = new SampleDocument();
      const additions = ['a', 'b', 'c'].map((entry) => document.write(entry).addition());
      for (const addition of additions) await store.append(id, addition);
      await reopen();
      const stored = await store.load(id);
      expect(bytesOf(stored)).toEqual(additions.flatMap(({ chunks }) => chunks));
      expect(stored?.heads).toEqual(document.heads);
      expect(readEntries(stored)).toEqual(['a', 'b', 'c']);
    });

    test('remembers when a document was written, or is told when that was in another store', async () => {
      now = 5_000;
      await store.append(id, new SampleDocument().write('a').addition());
      await store.append(other, { ...new SampleDocument().write('b').addition(), changedAt: 2_000 });
      await reopen();
      expect((await store.facts(id))?.changedAt).toBe(5_000);
      expect((await store.facts(other))?.changedAt).toBe(2_000);
    });

    test('keeps several chunks of one addition in order', async () => {
      const document = new SampleDocument();
      const chunks = ['a', 'b', 'c'].flatMap((entry) => document.write(entry).addition().chunks);
      await store.append(id, { chunks, heads: document.heads });
      expect(bytesOf(await store.load(id))).toEqual(chunks);
    });

    test('loses none of many appends to many documents at once', async () => {
      const documents = Array.from({ length: 20 }, () => new SampleDocument());
      const writes: Promise<unknown>[] = [];
      for (let round = 0; round < 25; round += 1) {
        for (const [number, document] of documents.entries()) {
          writes.push(store.append(sampleId(number), document.write(`${number}.${round}`).addition()));
        }
      }
      await Promise.all(writes);
      await reopen();
      for (const number of documents.keys()) {
        const expected = Array.from({ length: 25 }, (_, round) => `${number}.${round}`);
        expect(readEntries(await store.load(sampleId(number)))).toEqual(expected);
      }
    });

    test.each([20, 61, 102, 143])(
      'has everything on disk that it acknowledged before a kill -9, after %d',
      async (rounds) => {
        const child = Bun.spawn([process.execPath, '--no-env-file', backend.endlessWriter, directory.path], {
          stdout: 'pipe',
          stderr: 'inherit',
        });
        const acknowledged = new Map<string, number>();
        for await (const line of readLines(child.stdout)) {
          const [name = '', entries = ''] = line.split(' ');
          acknowledged.set(name, Number(entries));
          if (acknowledged.size >= 5 && Number(entries) >= rounds) child.kill('SIGKILL');
        }
        await child.exited;
        await reopen();
        expect(acknowledged.size).toBeGreaterThanOrEqual(5);
        for (const { id: stored } of await store.list({ limit: 100 })) {
          const read = await store.load(stored);
          const entries = readEntries(read);
          expect(read?.damaged).toEqual([]);
          expect(entries).toEqual(entries.map((_, index) => `entry ${index + 1}`));
          expect(entries.length).toBeGreaterThanOrEqual(acknowledged.get(stored) ?? 0);
          acknowledged.delete(stored);
        }
        expect([...acknowledged]).toEqual([]);
      },
    );

    test('flushes at close what was not yet on disk', async () => {
      const write = store.append(id, new SampleDocument().write('a').addition());
      await reopen();
      await write;
      expect(readEntries(await store.load(id))).toEqual(['a']);
    });

    test('refuses writes after it is closed', async () => {
      const closed = await backend.open(temporaryBeside(directory), () => now);
      await closed.close();
      const addition = new SampleDocument().write('a').addition();
      expect(await codeOf(closed.append(id, addition))).toBe('StoreUnavailable');
    });
  });

  describe(`${backend.name}: facts and pages`, () => {
    test('counts chunks and bytes and keeps the time of the last write', async () => {
      const document = new SampleDocument();
      const first = document.write('a').addition();
      const second = document.write('b').addition();
      await store.append(id, first);
      now = 2_000;
      await store.append(id, second);
      const sizeBytes = [...first.chunks, ...second.chunks].reduce((sum, { length }) => sum + length, 0);
      const facts = {
        id,
        heads: document.heads,
        chunkCount: 2,
        sizeBytes,
        changedAt: 2_000,
        isChecked: false,
      };
      expect(await store.facts(id)).toEqual(facts);
      expect(await store.list({ limit: 10 })).toEqual([facts]);
    });

    test('lists page by page, each document once, in the order of ids', async () => {
      const ids = Array.from({ length: 7 }, (_, number) => sampleId(number));
      await Promise.all(ids.map((one) => store.append(one, new SampleDocument().write('a').addition())));
      const pages: DocumentId[][] = [];
      for (let after: DocumentId | undefined; ; after = pages.at(-1)?.at(-1)) {
        const page = await store.list({ after, limit: 3 });
        if (page.length === 0) break;
        pages.push(page.map((facts) => facts.id));
      }
      expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
      expect(pages.flat()).toEqual(ids.toSorted());
    });

    test('sums up what it would list, whatever was done to the documents', async () => {
      expect(await store.summary()).toEqual({ documentCount: 0, sizeBytes: 0, changedAt: undefined });
      const summed = async () => {
        const all = await store.list({ limit: 100 });
        return {
          documentCount: all.length,
          sizeBytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
          changedAt: Math.max(...all.map(({ changedAt }) => changedAt)),
        };
      };
      const document = new SampleDocument();
      await store.append(id, document.write('a').addition());
      await store.append(other, new SampleDocument().write('b').addition());
      expect(await store.summary()).toEqual(await summed());
      for (const entry of ['c', 'd', 'e']) {
        now += 10;
        await store.append(id, document.write(entry).addition());
        expect(await store.summary()).toEqual(await summed());
      }
      expect(await store.summary()).toMatchObject({ documentCount: 2, changedAt: now });
      await reopen();
      expect(await store.summary()).toEqual(await summed());
      await store.compact(id, document.compaction(lastSequence(await store.load(id))));
      expect(await store.summary()).toEqual(await summed());
      const sequences = (await store.load(other))?.chunks.map(({ sequence }) => sequence) ?? [];
      await store.setAside(other, { sequences, reason: 'it is not wanted', heads: [] });
      expect(await store.summary()).toEqual(await summed());
      expect(await store.summary()).toMatchObject({ documentCount: 1 });
    });

    test('refuses a page without a sensible limit', async () => {
      for (const limit of [0, -1, 1.5, Number.NaN, 1e9]) {
        expect(await codeOf(store.list({ limit }))).toBe('InvalidRequest');
      }
    });
  });

  describe(`${backend.name}: compaction`, () => {
    test('replaces what the snapshot holds and keeps what came after it', async () => {
      const document = new SampleDocument();
      for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
      const compaction = document.compaction(lastSequence(await store.load(id)));
      const later = document.write('d').addition();
      await store.append(id, later);
      await store.compact(id, compaction);
      await reopen();
      const stored = await store.load(id);
      expect(bytesOf(stored)).toEqual([compaction.snapshot, ...later.chunks]);
      expect(readEntries(stored)).toEqual(['a', 'b', 'c', 'd']);
      expect((await store.facts(id))?.chunkCount).toBe(2);
    });

    test('can be done again and again', async () => {
      const document = new SampleDocument();
      for (const entry of ['a', 'b', 'c', 'd']) {
        await store.append(id, document.write(entry).addition());
        const { snapshot } = document;
        await store.compact(id, document.compaction(lastSequence(await store.load(id))));
        const facts = await store.facts(id);
        expect(facts?.chunkCount).toBe(1);
        expect(facts?.sizeBytes).toBe(snapshot.length);
      }
      expect(readEntries(await store.load(id))).toEqual(['a', 'b', 'c', 'd']);
    });

    test('refuses a snapshot that is empty, broken, without heads, or without what is stored', async () => {
      const document = new SampleDocument();
      const older = document.write('a').compaction(-1);
      await store.append(id, document.write('b').addition());
      const throughSequence = lastSequence(await store.load(id));
      const whole = document.compaction(throughSequence);
      const refused = [
        { ...whole, snapshot: new Uint8Array() },
        { ...whole, snapshot: emptySnapshot, heads: [] },
        { ...whole, snapshot: emptySnapshot, heads: undefined },
        { ...whole, snapshot: emptySnapshot },
        { ...whole, heads: [] },
        { ...whole, snapshot: whole.snapshot.subarray(0, -1) },
        { ...whole, interior: new Uint8Array() },
        { ...whole, interior: whole.interior.subarray(1) },
        { ...older, throughSequence },
        { ...older, heads: undefined, throughSequence },
        { ...whole, throughSequence: throughSequence + 1 },
        { ...whole, throughSequence: -1 },
      ];
      for (const compaction of refused) {
        expect(await codeOf(store.compact(id, compaction))).not.toBe('no failure');
        expect(readEntries(await store.load(id))).toEqual(['a', 'b']);
      }
      expect(await codeOf(store.compact(other, whole))).toBe('Internal');
      expect(await store.facts(other)).toBeUndefined();
    });
  });

  describe(`${backend.name}: any order of writes`, () => {
    /** The document, and what a compaction of it would say, as of the last look at the store. */
    interface Model {
      readonly document: SampleDocument;
      readonly written: string[];
      compaction: Compaction | undefined;
    }
    type Step = { readonly what: 'append' | 'look' | 'compact' | 'reopen'; readonly number: number };

    async function take({ what, number }: Step, model: Model): Promise<void> {
      const one = sampleId(number);
      if (what === 'reopen') return reopen();
      if (what === 'append') {
        const entry = `${model.written.length}`;
        model.written.push(entry);
        await store.append(one, model.document.write(entry).addition());
        return;
      }
      const stored = await store.load(one);
      expect(readEntries(stored)).toEqual(model.written);
      if (what === 'look' && stored) {
        model.compaction = model.document.compaction(lastSequence(stored));
      }
      // A compaction may come late: after more appends, or after another one.
      if (what === 'compact' && model.compaction) await store.compact(one, model.compaction);
    }

    test('appends, late compactions and restarts in any order lose nothing', async () => {
      const step = fc.record({
        what: fc.constantFrom(
          'append' as const,
          'append' as const,
          'look' as const,
          'compact' as const,
          'reopen' as const,
        ),
        number: fc.nat(2),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          using fresh = temporaryFolder();
          await store.close();
          directory[Symbol.dispose]();
          directory = { ...fresh, [Symbol.dispose]: () => {} };
          store = await backend.open(directory.path, () => now);
          const models = Array.from({ length: 3 }, (): Model => {
            return { document: new SampleDocument(), written: [], compaction: undefined };
          });
          for (const one of steps) {
            const model = models[one.number];
            if (model) await take(one, model);
          }
          for (const [number, { written }] of models.entries()) {
            expect(readEntries(await store.load(sampleId(number)))).toEqual(written);
          }
        }),
        { numRuns: 30 },
      );
    });
  });

  describe(`${backend.name}: damage`, () => {
    test('says that a document is damaged, and which; the others stay readable and writable', async () => {
      const document = new SampleDocument();
      await store.append(id, document.write('a').addition());
      const [sequence] = await store.append(id, document.write('c').addition());
      await store.append(other, new SampleDocument().write('b').addition());
      const [intact] = (await store.load(id))?.chunks ?? [];
      await store.close();
      await backend.damage(directory.path, id);
      store = await backend.open(directory.path, () => now);
      const { heads } = document;
      expect(await store.load(id)).toMatchObject({ chunks: [intact], damaged: [{ sequence }], heads });
      expect(readEntries(await store.load(other))).toEqual(['b']);
      await store.append(sampleId(3), new SampleDocument().write('c').addition());
      expect(readEntries(await store.load(sampleId(3)))).toEqual(['c']);
    });

    test('does not take in what it could not read back', async () => {
      const document = new SampleDocument().write('a');
      const { chunks, heads } = document.addition();
      const [chunk = new Uint8Array()] = chunks;
      const flipped = chunk.with(chunk.length - 1, (chunk.at(-1) ?? 0) ^ 1);
      for (const bad of [new Uint8Array(), new Uint8Array(20), chunk.subarray(0, -1), flipped]) {
        expect(await codeOf(store.append(id, { chunks: [chunk, bad], heads }))).toBe('InvalidRequest');
      }
      for (const bad of [[], ['not a hash'], [heads[0]?.toUpperCase() ?? '']]) {
        expect(await codeOf(store.append(id, { chunks, heads: bad }))).toBe('InvalidRequest');
      }
      expect(await store.load(id)).toBeUndefined();
    });
  });
}

/** What Automerge saves of a document without changes. */
const emptySnapshot = Uint8Array.fromHex('856f4a83b81a9544000400000000');

function temporaryBeside(directory: TemporaryFolder): string {
  return `${directory.path}/closed`;
}
