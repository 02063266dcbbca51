import { expect, test } from 'bun:test';
import { startProgress } from '../../src/platform/progress.ts';

function drawn(): { readonly texts: string[]; readonly draw: (text: string) => void } {
  const texts: string[] = [];
  return { texts, draw: (text) => void texts.push(text) };
}

test('a bar says how far it is, and is gone at the end', () => {
  const { texts, draw } = drawn();
  {
    using progress = startProgress({ terminal: { draw, width: 80 }, elapsed: () => 0, unit: 'items' });
    progress.show(1_500, 3_000, 'xyz.groundmist.library');
  }
  expect(texts).toEqual([
    '\r\u001B[2K[############------------]  50 %  1,500 of 3,000  xyz.groundmist.library',
    '\r\u001B[2K',
  ]);
});

test('it is drawn ten times a second, however often it is told', () => {
  const { texts, draw } = drawn();
  let now = 0;
  using progress = startProgress({ terminal: { draw, width: 80 }, elapsed: () => now, unit: 'bytes' });
  for (now = 0; now < 1_000; now += 10) progress.show(now, 1_000, '');
  expect(texts).toHaveLength(10);
});

test('it never wraps in a narrow terminal', () => {
  const { texts, draw } = drawn();
  using progress = startProgress({ terminal: { draw, width: 20 }, elapsed: () => 0, unit: 'items' });
  progress.show(1, 2, 'a label');
  expect(texts[0]?.replace('\r\u001B[2K', '')).toHaveLength(19);
});

test('without a terminal nothing is drawn', () => {
  using progress = startProgress({
    terminal: { draw: undefined, width: 80 },
    elapsed: () => 0,
    unit: 'items',
  });
  expect(() => progress.show(1, 2, '')).not.toThrow();
});
