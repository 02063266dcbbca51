import { expect, test } from 'bun:test';
import { unpackHashes } from '../../../src/core/fence/hashes.ts';
import type { ImportStep } from '../../../src/core/store/import-steps.ts';
import { decideMerge, type HeldDocument } from '../../../src/core/store/merge-step.ts';
import { sharedFence } from '../../support/fence.ts';
import { sampleId, SampleDocument } from '../../support/sample-documents.ts';

const id = sampleId(1);

function decide(source: SampleDocument | Uint8Array, held?: HeldDocument): Promise<ImportStep> {
  return decideMerge(id, {
    fence: sharedFence(),
    async *read() {
      yield source instanceof Uint8Array ? source : source.snapshot;
    },
    held: async () => held,
  });
}

function holding(document: SampleDocument, changed: Partial<HeldDocument> = {}): HeldDocument {
  return { heads: document.heads, chunks: [document.snapshot], isWhole: true, ...changed };
}

test('a document that is not here is new, with its heads and the hashes inside', async () => {
  const document = new SampleDocument().write('a');
  const { snapshot, heads, interior } = document;
  expect(await decide(document)).toEqual({
    kind: 'new',
    id,
    addition: { chunks: [snapshot], heads },
    interior,
  });
});

test('one that is here, or that is here with more, is known', async () => {
  const document = new SampleDocument().write('a');
  const further = document.copy().write('b');
  expect(await decide(document, holding(document))).toEqual({ kind: 'known', id });
  expect(await decide(document, holding(further))).toEqual({ kind: 'known', id });
  // Whoever wrote the files of a stock folder recorded no heads.
  expect(await decide(document, holding(further, { heads: undefined }))).toEqual({ kind: 'known', id });
});

test('what is here is known without opening it, as one document or in pieces, so that a second run is quick', async () => {
  const document = new SampleDocument().write('a');
  const further = document.copy().write('b').write('c');
  const fence = { compact: () => Promise.reject(new Error('it was opened')) };
  const decideUnopened = (chunks: readonly Uint8Array[], held: HeldDocument): Promise<ImportStep> =>
    decideMerge(id, {
      fence,
      async *read() {
        yield* chunks;
      },
      held: async () => held,
    });
  const opened = unpackHashes(further.interior);
  const pieces = [document.snapshot, further.addition().chunks[0] ?? new Uint8Array()];
  expect(await decideUnopened([further.snapshot], holding(further))).toEqual({ kind: 'known', id });
  expect(await decideUnopened(pieces, holding(further, { opened }))).toEqual({ kind: 'known', id });
  // What is damaged here is made up for, and what is not known to be here is opened.
  expect(decideUnopened([further.snapshot], holding(further, { isWhole: false }))).rejects.toThrow('opened');
  expect(decideUnopened(pieces, holding(document))).rejects.toThrow('opened');
});

test('one that went on is merged: its heads take the place of those it builds on', async () => {
  const document = new SampleDocument().write('a');
  const further = document.copy().write('b');
  expect(await decide(further, holding(document))).toMatchObject({
    kind: 'merged',
    addition: { heads: [...further.heads] },
  });
});

test('two that went apart have the heads of both', async () => {
  const document = new SampleDocument().write('a');
  const [here, there] = [document.copy().write('here'), document.copy().write('there')];
  expect(await decide(there, holding(here))).toMatchObject({
    kind: 'merged',
    addition: { heads: [...here.heads, ...there.heads].toSorted() },
    interior: there.interior,
  });
});

test('what is damaged here is made up for, and what is still missing stays a head', async () => {
  const document = new SampleDocument().write('a');
  const further = document.copy().write('b');
  const gone = { chunks: [], isWhole: false };
  // All that was lost comes back.
  expect(await decide(further, holding(document, gone))).toMatchObject({
    kind: 'merged',
    addition: { heads: [...further.heads] },
    interior: undefined,
  });
  // Only a part of it.
  expect(await decide(document, holding(further, gone))).toMatchObject({
    kind: 'merged',
    addition: { heads: [...document.heads, ...further.heads].toSorted() },
  });
});

test('what Automerge cannot open, or has nothing in it, is damaged', async () => {
  expect(await decide(new Uint8Array([1, 2, 3]))).toMatchObject({ kind: 'damaged' });
  const { snapshot } = new SampleDocument().write('a');
  expect(await decide(snapshot.subarray(0, -1))).toMatchObject({ kind: 'damaged' });
});
