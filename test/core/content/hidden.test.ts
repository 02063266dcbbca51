import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { assert, asyncProperty, integer } from 'fast-check';
import { readConflicts } from '../../../src/core/content/conflicts.ts';
import { findHidden } from '../../../src/core/content/hidden.ts';
import { toJson } from '../../../src/core/content/json.ts';
import { readMarks } from '../../../src/core/content/marks.ts';
import { valueAt } from '../../../src/core/content/path.ts';
import { nestedHistory, someStates } from '../../support/nested-history.ts';
import { openedFrom } from '../../support/opened-document.ts';

/** Every place asked by itself. */
function searchSlowly(document: Automerge.Doc<unknown>, heads: string[]) {
  const backend = Automerge.getBackend(document);
  const [conflicts, markedTexts]: [string[], string[]] = [[], []];
  const search = (holder: object, path: readonly (string | number)[]): void => {
    const id = Automerge.getObjectId(holder) ?? '';
    const keys = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
    for (const key of keys) {
      const below = [...path, key];
      const values = backend.getAll(id, key, heads);
      if (values.length > 1) conflicts.push(JSON.stringify(below));
      const [kind, object] = values.at(-1) ?? [];
      if (kind === 'text' && backend.marks(object, heads).length > 0) markedTexts.push(JSON.stringify(below));
      if (kind === 'map' || kind === 'list') search((holder as Record<string, object>)[key] ?? {}, below);
    }
  };
  search(Automerge.view(document, heads) as object, []);
  return { conflicts: conflicts.toSorted(), markedTexts: markedTexts.toSorted() };
}

describe('what the content does not show', () => {
  test('is found at every depth, in every state, as by asking each place', async () => {
    let found = 0;
    await assert(
      asyncProperty(integer({ min: 0, max: 2 ** 31 - 1 }), async (seed) => {
        const document = nestedHistory(seed);
        using opened = await openedFrom(document);
        for (const heads of someStates(document)) {
          const { conflicts, markedTexts } = findHidden(opened, heads);
          found += conflicts.length + markedTexts.length;
          const sorted = (paths: readonly unknown[]) => paths.map((path) => JSON.stringify(path)).toSorted();
          expect({ conflicts: sorted(conflicts), markedTexts: sorted(markedTexts) }).toEqual(
            searchSlowly(document, heads),
          );
          const content = toJson(Automerge, opened.at(heads));
          for (const { path, values } of readConflicts(opened, heads, conflicts)) {
            expect(values.map(({ isWinner }) => isWinner)).toEqual(values.map((_, index) => index === 0));
            expect(values[0]?.value).toEqual(valueAt(content, path) ?? null);
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(found).toBeGreaterThan(0);
  });

  test('of a conflict is each value, whoever wrote it, whatever it is', async () => {
    const first = Automerge.from<Record<string, unknown>>({ a: 0, list: [0] }, { actor: 'aa' });
    const others = ['bb', 'cc', 'dd'].map((actor) => Automerge.clone(first, { actor }));
    const values = [{ deep: [1] }, new Uint8Array([1]), 'text'];
    const edited = others.map((doc, index) =>
      Automerge.change(doc, (draft) => {
        draft['a'] = values[index];
        (draft['list'] as unknown[])[0] = index;
      }),
    );
    const merged = edited.reduce((all, one) => Automerge.merge(all, one));
    using opened = await openedFrom(merged);
    const { conflicts } = findHidden(opened, opened.heads);
    expect([...readConflicts(opened, opened.heads, conflicts)]).toEqual([
      {
        path: ['a'],
        values: [
          { value: 'text', actor: 'dd', isWinner: true },
          { value: { deep: [1] }, actor: 'bb', isWinner: false },
          { value: { $bytes: 'AQ==' }, actor: 'cc', isWinner: false },
        ],
      },
      {
        path: ['list', 0],
        values: [
          { value: 2, actor: 'dd', isWinner: true },
          { value: 0, actor: 'bb', isWinner: false },
          { value: 1, actor: 'cc', isWinner: false },
        ],
      },
    ]);
  });

  test('of a text is its formatting, also of one in a list', async () => {
    const first = Automerge.from({ body: 'the cat', list: ['one', 'the dog'] });
    const marked = Automerge.change(first, (draft) => {
      Automerge.mark(draft, ['body'], { start: 4, end: 7, expand: 'none' }, 'bold', true);
      Automerge.mark(draft, ['list', 1], { start: 0, end: 3, expand: 'none' }, 'link', 'https://a.example');
    });
    using opened = await openedFrom(marked);
    const { markedTexts } = findHidden(opened, opened.heads);
    expect(readMarks(opened, opened.heads, markedTexts)).toEqual([
      { path: ['body'], start: 4, end: 7, name: 'bold', value: true },
      { path: ['list', 1], start: 0, end: 3, name: 'link', value: 'https://a.example' },
    ]);
    expect(findHidden(opened, Automerge.getHeads(first))).toMatchObject({ markedTexts: [] });
  });

  test('is found in long lists of lists without asking each place', async () => {
    const rows = Array.from({ length: 4_000 }, (_, row) => [row, { text: 'cell' }]);
    using opened = await openedFrom(Automerge.from({ rows, columns: Object.fromEntries(rows.entries()) }));
    expect(findHidden(opened, opened.heads)).toMatchObject({ conflicts: [], markedTexts: [] });
  });
});
