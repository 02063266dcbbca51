import { describe, expect, test } from 'bun:test';
import { temporaryFolder } from '../../../support/folder.ts';
import { makeDocument, writeStore } from '../../../support/plain-store.ts';
import { damaged, essay, filled, first, library, second, third } from '../inspected-data.ts';
import { runInspect } from '../run-inspect.ts';

async function withDocument(content: Record<string, unknown>) {
  const folder = temporaryFolder();
  writeStore(folder.path, library, [await makeDocument(first, content)]);
  return folder;
}

async function hitsOf(content: Record<string, unknown>, text: string): Promise<readonly unknown[]> {
  using folder = await withDocument(content);
  const { output, failure } = await runInspect(folder.path, undefined, { find: text, json: true });
  if (failure?.code === 'NotFound') return [];
  const { hits } = JSON.parse(output) as { hits: readonly unknown[] };
  return hits;
}

describe('a text is found', () => {
  test('in strings and keys, wherever they are, in any case', async () => {
    expect(await hitsOf({ list: [1, { Whale: 'a white WHALE, a whale' }], n: 2 }, 'whale')).toEqual([
      { path: ['list', 1, 'Whale'], in: 'key', matches: 1, snippet: 'Whale' },
      { path: ['list', 1, 'Whale'], in: 'value', matches: 2, snippet: 'a white WHALE, a whale' },
    ]);
  });

  test('however its letters are composed', async () => {
    expect(await hitsOf({ a: 'cafe\u0301' }, 'CAFÉ')).toHaveLength(1);
    expect(await hitsOf({ a: 'café' }, 'cafe\u0301')).toHaveLength(1);
  });

  test.each([
    ['strasse', 'Die Straße größer'],
    ['STRASSE', 'Die Straße größer'],
    ['GRÖSSER', 'Die Straße größer'],
    ['straße', 'DIE STRAẞE'],
    ['istanbul', 'İstanbul'],
    ['İSTANBUL', 'istanbul'],
    ['fish', 'ﬁsh'],
    ['οδος', 'Η ΟΔΟΣ, πολλές'],
    ['ΠΟΛΛΈΣ Ο', 'πολλές οδοί'],
    ['한글', 'ＨＡＮ 한글'.normalize('NFD')],
    ['han', 'ＨＡＮ'],
  ])('in every case of every script: %s in %s', async (text, content) => {
    expect(await hitsOf({ a: content }, text)).toMatchObject([{ path: ['a'], matches: 1, snippet: content }]);
  });

  test('where it stands, after letters that fold into several', async () => {
    const content = `ﬁﬁ ßß\n${'ß'.repeat(100)} the Straße is wet ${'ß'.repeat(100)}`;
    const [hit] = await hitsOf({ a: content }, 'strasse');
    expect(hit).toMatchObject({ snippet: `…${'ß'.repeat(35)} the Straße is wet ${'ß'.repeat(32)}…` });
  });

  test('as it stands, not as a pattern', async () => {
    expect(await hitsOf({ a: 'abc', b: 'a.c (x|y)' }, 'a.c (x|')).toMatchObject([{ path: ['b'] }]);
  });

  test('in dates and large numbers, and not in the form that bytes are written in', async () => {
    const content = { bytes: new Uint8Array([0x69, 0xb7, 0x1d]), date: new Date('2025-11-21T05:41:07.089Z') };
    expect(await hitsOf(content, '2025-11')).toMatchObject([{ path: ['date'], in: 'value' }]);
    expect(await hitsOf(content, 'abc')).toEqual([]);
    expect(await hitsOf(content, '$date')).toEqual([]);
  });

  test('with what stands around it', async () => {
    const text = `${'x '.repeat(500)}whale${' y'.repeat(500)}`;
    const [hit] = await hitsOf({ text }, 'whale');
    expect(hit).toMatchObject({ snippet: `…${'x '.repeat(20)}whale${' y'.repeat(20)}…` });
  });
});

describe('for a person', () => {
  test('each document has its id, its title, and where the text stands', async () => {
    using folder = await filled();
    const { output } = await runInspect(folder.path, undefined, { find: 'one' });
    expect(output).toBe(`${library}\n\n${first}  One\n  title  One\n\n1 hit in 1 document\n`);
  });

  test('a few hits are shown, and how many more there are', async () => {
    using folder = await withDocument({ list: Array.from({ length: 12 }, () => 'whale') });
    const { output } = await runInspect(folder.path, library, { find: 'whale' });
    expect(output).toContain('  list[4]  whale\n  and 7 more hits\n');
    expect(output).toContain('12 hits in 1 document');
  });

  test.each([20, 40, 80, 200])('hostile text keeps its lines and its %d columns', async (width) => {
    const text = `${'白鯨'.repeat(500)}\u001b]0;own\u0007\nwhale\u202e${'👨‍👩‍👧‍👦'.repeat(100)}`;
    using folder = await withDocument({ [`key\u001b[2J${'k'.repeat(300)}`]: text });
    const { output } = await runInspect(folder.path, library, { find: 'whale' }, { isScreen: true, width });
    // oxlint-disable-next-line no-control-regex
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(output.split('\n')).toHaveLength(7);
    for (const line of output.split('\n').slice(3)) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
    if (width >= 80) expect(output).toContain('whale');
  });
});

describe('where it is looked for', () => {
  test.each([
    [undefined, [first, third]],
    ['xyz', [first, third]],
    [essay, [third]],
    ['xyz.groundmist.library.entry', [first]],
    [String(first), [first]],
  ])('under %p', async (target, found) => {
    using folder = await filled();
    const { output } = await runInspect(folder.path, target, { find: 'xyz.groundmist', json: true });
    const lines = output.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: unknown }).id)).toEqual(found);
  });
});

describe('a text', () => {
  test('that nothing holds is NotFound, and prints nothing', async () => {
    using folder = await filled();
    for (const json of [false, true]) {
      const { output, failure } = await runInspect(folder.path, undefined, { find: 'no\u001bwhere', json });
      expect(failure?.kind.exit).toBe(1);
      expect(failure?.message).toContain('"no\\u001bwhere"');
      expect(output).toBe('');
    }
  });

  test('that is empty is Usage', async () => {
    using folder = await filled();
    expect((await runInspect(folder.path, undefined, { find: '' })).failure?.code).toBe('Usage');
  });

  test('may be in what could not be read: that is exit 3, found or not', async () => {
    using folder = await damaged();
    expect((await runInspect(folder.path, library, { find: 'nowhere' })).failure?.kind.exit).toBe(3);
    const { output, failure } = await runInspect(folder.path, library, { find: 'one' });
    expect(failure?.kind.exit).toBe(3);
    expect(output).toContain(first);
    expect(output).not.toContain(second);
  });
});

test('a document of many hits is told whole in JSON', async () => {
  const list = Array.from({ length: 3_000 }, (_, index) => `whale ${index}`);
  expect(await hitsOf({ list }, 'whale')).toHaveLength(3_000);
});
