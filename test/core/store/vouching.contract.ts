import { describe, expect, test } from 'bun:test';
import type { Addition } from '../../../src/core/store/document-store.ts';
import { codeOf } from '../../support/rejection.ts';
import { bytesOf, lastSequence, sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { StoreUnderTest, type Backend } from './store-under-test.ts';

const id = sampleId(1);
const other = sampleId(2);

/** A whole document in one document chunk. */
function whole(document: SampleDocument): Addition {
  return { chunks: [document.snapshot], heads: document.heads };
}

/** What every backend remembers of what Automerge has opened. */
export function describeVouching(backend: Backend): void {
  describe(`${backend.name}: what Automerge has opened`, () => {
    const tested = new StoreUnderTest(backend);

    test('nothing is checked before somebody vouches for it', async () => {
      const { store } = tested;
      const [sequence = -1] = await store.append(id, whole(new SampleDocument().write('a')));
      const stored = await store.load(id);
      expect(stored?.checkedThrough).toBeLessThan(sequence);
      expect(stored?.chunks).toMatchObject([{ sequence, hasInterior: false }]);
      expect(await store.interior(id, sequence)).toBeUndefined();
      expect((await store.facts(id))?.isChecked).toBe(false);
      expect(await store.unchecked(10)).toEqual([id]);
    });

    test('what was vouched for stays so after reopening, and what comes later is not', async () => {
      const document = new SampleDocument().write('a');
      const [throughSequence = -1] = await tested.store.append(id, whole(document));
      const { interior } = document;
      await tested.store.vouch(id, { interiors: new Map([[throughSequence, interior]]), throughSequence });
      await tested.reopen();
      const { store } = tested;
      expect(await store.load(id)).toMatchObject({
        checkedThrough: throughSequence,
        chunks: [{ hasInterior: true }],
      });
      expect(await store.interior(id, throughSequence)).toEqual(interior);
      expect(await store.interior(other, throughSequence)).toBeUndefined();
      expect((await store.facts(id))?.isChecked).toBe(true);
      expect(await store.unchecked(10)).toEqual([]);

      document.addition();
      const [later = -1] = await store.append(id, document.write('b').addition());
      expect(later).toBeGreaterThan(throughSequence);
      expect(await store.load(id)).toMatchObject({
        checkedThrough: throughSequence,
        chunks: [{ hasInterior: true }, { sequence: later, hasInterior: false }],
      });
      expect((await store.facts(id))?.isChecked).toBe(false);
      expect(await store.unchecked(10)).toEqual([id]);
    });

    test('documents with unopened document chunks come first, in pages', async () => {
      const { store } = tested;
      for (const number of [1, 2, 3]) {
        await store.append(sampleId(number), new SampleDocument().write('a').addition());
      }
      await store.append(sampleId(4), whole(new SampleDocument().write('a')));
      expect(await store.unchecked(2)).toEqual([sampleId(4), sampleId(1)]);
      expect(await store.unchecked(10)).toHaveLength(4);
      expect(await codeOf(store.unchecked(0))).toBe('InvalidRequest');
    });

    test('vouching for a part, or again for less, leaves the rest open and takes nothing back', async () => {
      const { store } = tested;
      const document = new SampleDocument();
      const [first = -1] = await store.append(id, document.write('a').addition());
      const [second = -1] = await store.append(id, document.write('b').addition());
      await store.vouch(id, { interiors: new Map(), throughSequence: first });
      expect((await store.load(id))?.checkedThrough).toBe(first);
      expect(await store.unchecked(10)).toEqual([id]);
      await store.vouch(id, { interiors: new Map(), throughSequence: second });
      await store.vouch(id, { interiors: new Map(), throughSequence: first });
      expect((await store.load(id))?.checkedThrough).toBe(second);
      expect(await store.unchecked(10)).toEqual([]);
    });

    test('a compaction is checked, and knows what is inside', async () => {
      const document = new SampleDocument();
      for (const entry of ['a', 'b']) await tested.store.append(id, document.write(entry).addition());
      const compaction = document.compaction(lastSequence(await tested.store.load(id)));
      await tested.store.append(id, document.write('c').addition());
      await tested.store.compact(id, compaction);
      await tested.reopen();
      const { store } = tested;
      const stored = await store.load(id);
      const [snapshot] = stored?.chunks ?? [];
      expect(snapshot?.hasInterior).toBe(true);
      expect(stored?.checkedThrough).toBe(snapshot?.sequence ?? -1);
      expect(await store.interior(id, snapshot?.sequence ?? -1)).toEqual(compaction.interior);
      expect((await store.facts(id))?.isChecked).toBe(false);
      await store.compact(id, document.compaction(lastSequence(stored)));
      expect((await store.facts(id))?.isChecked).toBe(true);
    });

    test('refuses to vouch for what is not there, and for what is no list of hashes', async () => {
      const { store } = tested;
      const document = new SampleDocument().write('a');
      const [sequence = -1] = await store.append(id, whole(document));
      const interiors = new Map([[sequence, document.interior]]);
      expect(await codeOf(store.vouch(other, { interiors, throughSequence: sequence }))).toBe('Internal');
      expect(await codeOf(store.vouch(id, { interiors, throughSequence: sequence + 1 }))).toBe('Internal');
      const cut = new Map([[sequence, document.interior.subarray(1)]]);
      expect(await codeOf(store.vouch(id, { interiors: cut, throughSequence: sequence }))).toBe('Internal');
      expect(await store.unchecked(10)).toEqual([id]);
      expect(await store.interior(id, sequence)).toBeUndefined();
    });
  });

  describe(`${backend.name}: quarantine`, () => {
    const tested = new StoreUnderTest(backend);

    test('a chunk set aside is no longer part of its document, and kept with the reason', async () => {
      const document = new SampleDocument();
      await tested.store.append(id, document.write('a').addition());
      const { heads } = document;
      const bad = document.write('b').addition();
      const sequences = await tested.store.append(id, bad);
      tested.now = 2_000;
      await tested.store.setAside(id, { sequences, reason: 'Automerge refuses it.', heads });
      await tested.reopen();
      const { store } = tested;
      expect(await store.load(id)).toMatchObject({ heads, chunks: [{}], damaged: [] });
      expect(await store.facts(id)).toMatchObject({ chunkCount: 1, heads });
      const [aside] = await store.setAsideChunks({ limit: 10 });
      const [bytes = new Uint8Array()] = bad.chunks;
      expect(aside).toMatchObject({ documentId: id, reason: 'Automerge refuses it.', setAsideAt: 2_000 });
      expect(aside?.sizeBytes).toBe(bytes.length);
      expect(await store.setAsideBytes(aside?.place ?? -1)).toEqual(bytes);
      expect(await store.setAsideBytes(99)).toBeUndefined();
    });

    test('a document of which nothing is left is gone, and can come again', async () => {
      const { store } = tested;
      const document = new SampleDocument().write('a');
      const sequences = await store.append(id, document.addition());
      await store.setAside(id, { sequences, reason: 'Not readable.', heads: [] });
      expect(await store.load(id)).toBeUndefined();
      expect(await store.facts(id)).toBeUndefined();
      expect(await store.list({ limit: 10 })).toEqual([]);
      expect(await store.unchecked(10)).toEqual([]);
      expect(await store.setAsideChunks({ limit: 10 })).toHaveLength(1);

      const again = await store.append(id, whole(document));
      expect(again).not.toEqual(sequences);
      expect(bytesOf(await store.load(id))).toEqual([document.snapshot]);
      expect(await store.list({ limit: 10 })).toHaveLength(1);
    });

    test('the quarantine is listed in pages', async () => {
      const { store } = tested;
      for (const number of [1, 2, 3]) {
        const sequences = await store.append(sampleId(number), new SampleDocument().write('a').addition());
        await store.setAside(sampleId(number), { sequences, reason: 'Bad.', heads: [] });
      }
      const first = await store.setAsideChunks({ limit: 2 });
      const rest = await store.setAsideChunks({ after: first.at(-1)?.place, limit: 2 });
      expect([...first, ...rest].map(({ documentId }) => documentId)).toEqual([1, 2, 3].map(sampleId));
      expect(await codeOf(store.setAsideChunks({ limit: 0 }))).toBe('InvalidRequest');
    });

    test('refuses what would leave chunks without heads, or what is not there', async () => {
      const { store } = tested;
      const document = new SampleDocument();
      const sequences = await store.append(id, document.write('a').addition());
      await store.append(id, document.write('b').addition());
      const reason = 'Bad.';
      expect(await codeOf(store.setAside(id, { sequences, reason, heads: [] }))).toBe('Internal');
      const { heads } = document;
      expect(await codeOf(store.setAside(id, { sequences: [-1], reason, heads }))).toBe('Internal');
      expect(await codeOf(store.setAside(other, { sequences, reason, heads }))).toBe('Internal');
      expect(await store.setAsideChunks({ limit: 10 })).toEqual([]);
      expect((await store.load(id))?.chunks).toHaveLength(2);
    });

    test('damage is named, no snapshot covers it up, and set aside it leaves what survives', async () => {
      const document = new SampleDocument();
      await tested.store.append(id, document.write('a').addition());
      const { heads } = document;
      const [sequence = -1] = await tested.store.append(id, document.write('b').addition());
      await tested.reopen(() => backend.damage(tested.path, id));
      const { store } = tested;
      expect((await store.load(id))?.damaged).toMatchObject([{ sequence }]);
      expect(await codeOf(store.compact(id, document.compaction(sequence)))).toBe('StoreDamaged');
      await store.setAside(id, { sequences: [sequence], reason: 'Its checksum does not match.', heads });
      expect(await store.load(id)).toMatchObject({ heads, damaged: [], chunks: [{}] });
      await store.append(id, { chunks: [document.snapshot], heads: document.heads });
      await store.compact(id, document.compaction(lastSequence(await store.load(id))));
      expect(bytesOf(await store.load(id))).toEqual([document.snapshot]);
    });

    test('a chunk that is gone is damage, never a shorter document, and no snapshot covers it up', async () => {
      const document = new SampleDocument();
      await tested.store.append(id, document.write('a').addition());
      const [second = -1] = await tested.store.append(id, document.write('b').addition());
      await tested.reopen(() => backend.lose(tested.path, id));
      const { store } = tested;
      expect(await store.load(id)).toMatchObject({
        heads: document.heads,
        chunks: [{ sequence: second }],
        damaged: [{ sequence: undefined }],
      });
      expect(await codeOf(store.compact(id, document.compaction(second)))).toBe('StoreDamaged');
      const { heads } = document;
      await store.setAside(id, { sequences: [], reason: 'A chunk is gone.', heads });
      expect(await store.load(id)).toMatchObject({ heads, damaged: [], chunks: [{}] });
    });
  });
}
