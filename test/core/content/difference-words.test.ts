import { describe, expect, test } from 'bun:test';
import { differenceLines } from '../../../src/core/content/difference-words.ts';
import type { Difference } from '../../../src/core/content/differences.ts';

function words(difference: Difference): readonly string[] {
  return [...differenceLines(difference)].map(({ path, words: said }) => `${path}: ${said}`);
}

describe('a difference in words', () => {
  test.each<[Difference, string]>([
    [{ kind: 'added', path: ['a', 0, 'odd key'], after: { n: 1 } }, 'a[0]["odd key"]: added {"n": 1}'],
    [{ kind: 'removed', path: ['a'], before: 'x' }, 'a: removed "x"'],
    [{ kind: 'changed', path: ['a'], before: 1, after: null }, 'a: 1 became null'],
    [{ kind: 'counted', path: ['n'], by: 2, after: 5 }, 'n: counter +2, now 5'],
    [{ kind: 'counted', path: ['n'], by: -2, after: 1 }, 'n: counter -2, now 1'],
    [{ kind: 'inserted', path: ['l', 3], items: ['x'] }, 'l[3]: inserted "x"'],
    [
      { kind: 'deleted', path: ['l', 0], items: [1, 2, 3, 4, 5, 6] },
      'l[0]: removed 6 items: 1, 2, 3, 4, 5, …',
    ],
    [
      { kind: 'marked', path: ['t'], start: 0, end: 3, name: 'bold', value: true },
      't: 0–3 marked "bold": true',
    ],
    [
      { kind: 'marked', path: ['t'], start: 0, end: 3, name: 'bold', value: null },
      't: 0–3 is no longer marked "bold"',
    ],
    [{ kind: 'block', path: ['t'], index: 4 }, 't: the block at 4 changed'],
    [{ kind: 'conflict', path: ['t'] }, 't: came into conflict; the value stayed'],
  ])('%# says what happened where', (difference, line) => {
    expect(words(difference)).toEqual([line]);
  });

  test('shows the edits of a text in what stands around them', () => {
    const after = `${'Long before, '.repeat(9)}the dog sat\non the mat${', long after'.repeat(9)}`;
    const index = after.indexOf('dog');
    const edits = [{ index, inserted: 'dog', deleted: 'cat' }];
    expect(words({ kind: 'edited', path: ['body'], edits, after })).toEqual([
      `body: at ${index}: …fore, Long before, the [-cat-]{+dog+} sat\\non the mat, long a…`,
    ]);
  });

  test('cuts what is long, and says how many edits there are beyond twenty', () => {
    const long = 'x'.repeat(5_000_000);
    const [line = ''] = words({ kind: 'changed', path: ['a'], before: long, after: { deep: [long] } });
    expect(line.length).toBeLessThan(200);
    const edits = Array.from({ length: 1_234 }, (_, index) => ({ index, inserted: 'x', deleted: long }));
    const lines = words({ kind: 'edited', path: ['a'], edits, after: long });
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('a: and 1,214 more edits');
    expect(lines.join('').length).toBeLessThan(5_000);
  });

  test('cuts no family apart', () => {
    const family = '👨‍👩‍👧‍👦';
    const after = `${family.repeat(20)}here${family.repeat(20)}`;
    const index = after.indexOf('here');
    const [line = ''] = words({
      kind: 'edited',
      path: ['a'],
      edits: [{ index, inserted: 'here', deleted: '' }],
      after,
    });
    const { before = '', behind = '' } =
      /at \d+: …(?<before>.*)\{\+here\+\}(?<behind>.*)…$/u.exec(line)?.groups ?? {};
    expect(before.replaceAll(family, '')).toBe('');
    expect(behind.replaceAll(family, '')).toBe('');
    expect(before.length).toBeGreaterThan(0);
  });
});
