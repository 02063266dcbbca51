import { expect, test } from 'bun:test';
import { cursorMark, drawColumns, type Pane } from '../../../src/features/demo/columns.ts';
import { painter } from '../../../src/platform/colour.ts';

const plain = painter({ hasColor: false });
const laptop: Pane = {
  name: 'laptop',
  tone: 'number',
  state: 'online',
  lines: ['To read', '- A Pattern Language (Alexander, 1977)', `- Kin${cursorMark}`],
  news: 'phone is typing',
};
const phone: Pane = {
  name: 'phone',
  tone: 'word',
  state: 'offline',
  lines: ['To read', '- Kindred'],
  news: '',
};

test('two devices stand beside one another, equally high and wide, what is long in its own pane', () => {
  expect(drawColumns([laptop, phone], { width: 72, paint: plain })).toEqual([
    '╭─ laptop ─────────────── online ─╮  ╭─ phone ─────────────── offline ─╮',
    '│ To read                         │  │ To read                         │',
    '│ - A Pattern Language            │  │ - Kindred                       │',
    '│   (Alexander, 1977)             │  │                                 │',
    '│ - Kin▌                          │  │                                 │',
    '│ phone is typing                 │  │                                 │',
    '╰─────────────────────────────────╯  ╰─────────────────────────────────╯',
  ]);
});

test('colours take no room', () => {
  const coloured = drawColumns([laptop, phone], { width: 90, paint: painter({ hasColor: true }) });
  expect(coloured.join('\n')).toContain('\u001B[36mlaptop');
  expect(coloured.map((line) => Bun.stripANSI(line))).toEqual([
    ...drawColumns([laptop, phone], { width: 90, paint: plain }),
  ]);
});

test('panes that were higher before stay so, or what stood below them would show', () => {
  const lines = drawColumns([phone, phone], { width: 72, paint: plain, leastHeight: 9 });
  expect(lines).toHaveLength(9);
});
