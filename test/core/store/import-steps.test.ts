import { expect, test } from 'bun:test';
import type { DocumentId } from '../../../src/core/store/document-id.ts';
import { carryOut, type ImportStep } from '../../../src/core/store/import-steps.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { sampleId, SampleDocument } from '../../support/sample-documents.ts';

const ids = [1, 2, 3, 4, 5, 6].map(sampleId);
const document = new SampleDocument().write('a');

/** A run that brings in what is not stored yet, until `decide` has been asked for the third such document. */
async function runUntilThird(
  stored: Set<DocumentId>,
  end: (stopping: AbortController) => void,
): Promise<unknown> {
  const stopping = new AbortController();
  const told: DocumentId[] = [];
  let asked = 0;
  const run = carryOut(ids, {
    store: {
      async append(id) {
        stored.add(id);
        return [1];
      },
      vouch: async () => {},
    },
    signal: stopping.signal,
    async decide(id): Promise<ImportStep> {
      if (stored.has(id)) return { kind: 'known', id };
      asked += 1;
      if (asked === 3) end(stopping);
      return { kind: 'new', id, addition: document.addition(), interior: undefined };
    },
    told: ({ id, kind }) => void (kind === 'new' && told.push(id)),
  });
  return { error: await rejectionOf(run), told };
}

test.each<[string, (error: Error) => (stopping: AbortController) => void, number]>([
  ['it is told to end', (error) => (stopping) => stopping.abort(error), 3],
  [
    'a document cannot be looked at',
    (error) => () => {
      throw error;
    },
    2,
  ],
])('when %s, what was decided is stored, and the next run goes on', async (_, ending, each) => {
  const error = new Error('enough');
  const stored = new Set<DocumentId>();
  expect(await runUntilThird(stored, ending(error))).toEqual({ error, told: ids.slice(0, each) });
  expect([...stored]).toEqual(ids.slice(0, each));
  if (each === 2) {
    expect(await runUntilThird(stored, ending(error))).toEqual({ error, told: ids.slice(2, 4) });
  }
});

test('a store that fails is not tried again with what was meant for it', async () => {
  const error = new Error('the disk is full');
  let tries = 0;
  const run = carryOut(ids, {
    store: {
      append: () => {
        tries += 1;
        return Promise.reject(error);
      },
      vouch: async () => {},
    },
    signal: new AbortController().signal,
    decide: async (id) => ({ kind: 'new', id, addition: document.addition(), interior: undefined }),
    told() {},
  });
  expect(await rejectionOf(run)).toBe(error);
  expect(tries).toBe(ids.length);
});
