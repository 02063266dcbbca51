import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { assert, asyncProperty, integer } from 'fast-check';
import jsonPatchLibrary from 'fast-json-patch';
import { findDifferences, type TextEdit } from '../../../src/core/content/differences.ts';
import { jsonPatch } from '../../../src/core/content/json-patch.ts';
import type { OpenedDocument } from '../../../src/core/content/opened-document.ts';
import { libraries, randomHistory } from '../../support/histories.ts';
import { nestedHistory, someStates } from '../../support/nested-history.ts';
import { openedFrom } from '../../support/opened-document.ts';

const seeds = integer({ min: 0, max: 2 ** 31 - 1 });
const makers = {
  'nested documents': (seed: number) => nestedHistory(seed),
  'documents with everything': (seed: number) => randomHistory(libraries['Automerge 3.5'], seed, 20),
};

describe.each(Object.entries(makers))('of %s', (_, make) => {
  test('the JSON Patch makes the later content of the earlier, whichever states they are', async () => {
    await assert(
      asyncProperty(seeds, async (seed) => {
        const document = make(seed);
        using opened = await openedFrom(document);
        const states = someStates(document);
        for (const [index, from] of states.entries()) {
          checkPatch(opened, from, states[(index * 7 + 3) % states.length] ?? []);
          checkPatch(opened, from, states.at(-1) ?? []);
          checkPatch(opened, states.at(-1) ?? [], from);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the edits of a text make the later text of the earlier', async () => {
    await assert(
      asyncProperty(seeds, async (seed) => {
        const document = make(seed);
        using opened = await openedFrom(document);
        const states = someStates(document);
        for (const from of states) checkTexts(opened, from, states.at(-1) ?? []);
      }),
      { numRuns: 40 },
    );
  });
});

function checkPatch(opened: OpenedDocument, from: string[], to: string[]): void {
  const { before, after, differences } = findDifferences(opened, from, to);
  const operations = [...jsonPatch(differences)];
  const { newDocument } = jsonPatchLibrary.applyPatch(structuredClone(before), operations, true);
  expect(newDocument).toEqual(after);
}

function checkTexts(opened: OpenedDocument, from: string[], to: string[]): void {
  for (const difference of findDifferences(opened, from, to).differences) {
    if (difference.kind !== 'edited') continue;
    const before = undo(difference.after, difference.edits);
    expect(redo(before, difference.edits)).toBe(difference.after);
    expect(difference.edits.every(({ inserted, deleted }) => inserted + deleted !== '')).toBe(true);
  }
}

/** The text before: from the end on, each index is right. */
function undo(text: string, edits: readonly TextEdit[]): string {
  return edits.toReversed().reduce((later, { index, inserted, deleted }) => {
    expect(later.slice(index, index + inserted.length)).toBe(inserted);
    return later.slice(0, index) + deleted + later.slice(index + inserted.length);
  }, text);
}

function redo(text: string, edits: readonly TextEdit[]): string {
  return edits.reduce((earlier, { index, inserted, deleted }) => {
    expect(earlier.slice(index, index + deleted.length)).toBe(deleted);
    return earlier.slice(0, index) + inserted + earlier.slice(index + deleted.length);
  }, text);
}

describe('differences', () => {
  async function between<Content extends Record<string, unknown>>(
    start: Content,
    edit: (draft: Content) => void,
  ): Promise<unknown> {
    const first = Automerge.from<Content>(start);
    const later = Automerge.change(first, edit);
    using opened = await openedFrom(later);
    return findDifferences(opened, Automerge.getHeads(first), Automerge.getHeads(later)).differences;
  }

  test('of a map are what was added, removed and changed', async () => {
    const found = await between({ gone: 1, kept: 2, other: [3] }, (draft: Record<string, unknown>) => {
      delete draft['gone'];
      draft['other'] = 'new';
      draft['more'] = { deep: true };
    });
    expect(found).toEqual([
      { kind: 'removed', path: ['gone'], before: 1 },
      { kind: 'added', path: ['more'], after: { deep: true } },
      { kind: 'changed', path: ['other'], before: [3], after: 'new' },
    ]);
  });

  test('of a list say what came and went, and reach into items that moved', async () => {
    const found = await between(
      { list: [{ n: 1 }, { n: 2 }, { n: 3 }] },
      (draft: { list: { n: number }[] }) => {
        draft.list.splice(0, 1);
        draft.list.splice(1, 0, { n: 7 }, { n: 8 });
        const last = draft.list[3];
        if (last) last.n = 4;
      },
    );
    expect(found).toEqual([
      { kind: 'deleted', path: ['list', 0], items: [{ n: 1 }] },
      { kind: 'inserted', path: ['list', 1], items: [{ n: 7 }, { n: 8 }] },
      { kind: 'changed', path: ['list', 3, 'n'], before: 3, after: 4 },
    ]);
  });

  test('of a text are its edits, one for what was put in the place of something', async () => {
    const found = await between({ text: 'the cat sat' }, (draft) => {
      Automerge.splice(draft, ['text'], 4, 3, 'dog');
      Automerge.splice(draft, ['text'], 11, 0, ' down');
      Automerge.mark(draft, ['text'], { start: 0, end: 3, expand: 'none' }, 'bold', true);
    });
    const edits = [
      { index: 4, inserted: 'dog', deleted: 'cat' },
      { index: 11, inserted: ' down', deleted: '' },
    ];
    expect(found).toContainEqual({ kind: 'edited', path: ['text'], edits, after: 'the dog sat down' });
    expect(found).toContainEqual({
      kind: 'marked',
      path: ['text'],
      start: 0,
      end: 3,
      name: 'bold',
      value: true,
    });
  });

  test('of a counter say by how much', async () => {
    const found = await between({ n: new Automerge.Counter(3) }, (draft: { n: Automerge.Counter }) => {
      draft.n.increment(2);
    });
    expect(found).toEqual([{ kind: 'counted', path: ['n'], by: 2, after: 5 }]);
  });

  test('are none where the same was written again', async () => {
    expect(
      await between({ a: new Date(5) }, (draft: Record<string, unknown>) => {
        draft['a'] = new Date(5);
      }),
    ).toEqual([]);
  });

  test('of a list of 40,000 items take no time that grows with its square', async () => {
    const first = Automerge.from({ list: Array.from({ length: 40_000 }, (_, n) => n) });
    const later = Automerge.change(first, ({ list }) => {
      for (let at = 0; at < 10_000; at += 1) list.splice(at * 2, 1, -at);
    });
    using opened = await openedFrom(later);
    checkPatch(opened, [...Automerge.getHeads(first)], [...Automerge.getHeads(later)]);
    checkPatch(opened, [...Automerge.getHeads(later)], [...Automerge.getHeads(first)]);
  });
});
