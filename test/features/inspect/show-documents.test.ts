import { describe, expect, test } from 'bun:test';
import { OutputClosed } from '../../../src/platform/terminal.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { makeDocument, numberedId, writeStore } from '../../support/plain-store.ts';
import { runInspect } from './run-inspect.ts';

import { damaged, entry, filled, first, idsOf, library, second, time } from './inspected-data.ts';

describe('a namespace', () => {
  test('lists its documents in two lines each', async () => {
    using folder = await filled();
    const { output } = await runInspect(folder.path, 'xyz/groundmist/library', {}, { isScreen: true });
    expect(output).toBe(
      [
        library,
        '',
        'DOCUMENT                      TITLE',
        '  CHANGES  ACTORS      SIZE  LAST EDIT             TYPE',
        `${first}  One`,
        '        1       1     217 B  2023-11-14 22:13:20Z  xyz.groundmist.library.entry',
        `${second}  –`,
        '        1       1     177 B  2023-11-14 22:13:20Z  –',
        '',
        '2 documents, 394 B',
        '',
      ].join('\n'),
    );
  });

  test('lists them in one line each where the terminal is wide, and one below the other where it is narrow', async () => {
    using folder = await filled();
    const wide = await runInspect(folder.path, library, {}, { isScreen: true, width: 140 });
    expect(wide.output.split('\n').slice(2, 4)).toEqual([
      'DOCUMENT                      TITLE                            CHANGES  ACTORS      SIZE  LAST EDIT             TYPE',
      `${first}  One                                    1       1     217 B  2023-11-14 22:13:20Z  xyz.groundmist.library.entry`,
    ]);
    const narrow = await runInspect(folder.path, library, {}, { isScreen: true, width: 40 });
    expect(narrow.output.split('\n').slice(0, 8)).toEqual([
      library,
      '',
      first,
      '  One',
      '  1 change, 1 actor, 217 B',
      '  2023-11-14 22:13:20Z',
      '  xyz.groundmist.library.entry',
      second,
    ]);
  });

  test.each([30, 61, 80, 121, 200])('of hostile titles keeps its lines and its %d columns', async (width) => {
    using folder = temporaryFolder();
    const titles = [
      '白鯨記'.repeat(60),
      '\u001b]0;own\u0007\u202etitle',
      '👨‍👩‍👧‍👦'.repeat(90),
      `a${'\u0301'.repeat(5_000)}`,
    ];
    const documents = titles.map((title, index) =>
      makeDocument(numberedId(index), { title, $type: `x${'\u001b[2J'.repeat(200)}` }),
    );
    writeStore(folder.path, library, await Promise.all(documents));
    const { output } = await runInspect(folder.path, library, {}, { isScreen: true, width });
    // oxlint-disable-next-line no-control-regex
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const lines = output.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(width);
    expect(lines.filter((line) => titles.some((_, index) => line.includes(numberedId(index))))).toHaveLength(
      4,
    );
  });

  test('lists them as JSON', async () => {
    using folder = await filled();
    const { output } = await runInspect(folder.path, library, { json: true });
    const { heads } = await makeDocument(first, entry);
    expect(JSON.parse(output)).toMatchObject({
      namespace: library,
      documents: [
        {
          namespace: library,
          id: first,
          url: `automerge:${first}`,
          type: 'xyz.groundmist.library.entry',
          title: 'One',
          heads,
          changes: 1,
          operations: 33,
          actors: 1,
          chunks: 1,
          bytes: 217,
          lastChange: time,
          lastEdit: '2023-11-14T22:13:20.000Z',
        },
        { id: second, type: null, title: null },
      ],
    });
  });

  test('without documents is an empty list', async () => {
    using folder = temporaryFolder();
    writeStore(folder.path, library, []);
    const { output } = await runInspect(folder.path, library, { json: true });
    expect(JSON.parse(output)).toEqual({ namespace: library, documents: [] });
    expect((await runInspect(folder.path, library)).output).toContain('0 documents');
  });
});

test('columns stand below one another, however wide the letters of a title are', async () => {
  using folder = temporaryFolder();
  const titles = ['白鯨記', 'Moby', '👨‍👩‍👧‍👦 album', 'cafe\u0301', '한국어 제목이 아주 길다'.repeat(9)];
  writeStore(
    folder.path,
    library,
    await Promise.all(titles.map((title, index) => makeDocument(numberedId(index), { title }))),
  );
  const { output } = await runInspect(folder.path, library, {}, { isScreen: true, width: 130 });
  const rows = output.split('\n').filter((line) => line.includes('2023-'));
  const places = rows.map((row) => Bun.stringWidth(row.slice(0, row.indexOf('2023-'))));
  expect(rows).toHaveLength(titles.length);
  expect(new Set(places).size).toBe(1);
});

test('each document is printed before the next one is read: whoever has seen enough waits for nothing', async () => {
  using folder = await damaged();
  const printed: string[] = [];
  const problems: string[] = [];
  const result = async (text: string): Promise<void> => {
    if (printed.push(text) === 2) throw new OutputClosed();
  };
  const listing = runInspect(folder.path, library, {}, { result, problem: (text) => problems.push(text) });
  expect(await rejectionOf(listing)).toBeInstanceOf(OutputClosed);
  expect(printed[1]).toStartWith(first);
  expect(problems).toEqual([]);
});

describe('a full NSID', () => {
  test('lists the documents whose $type it is', async () => {
    using folder = await filled();
    const { output } = await runInspect(folder.path, 'xyz/groundmist/library/entry', { json: true });
    expect(JSON.parse(output)).toMatchObject({ type: 'xyz.groundmist.library.entry' });
    expect(idsOf(output)).toEqual([first]);
  });

  test('that no document has is NotFound with the types that are near it, and prints nothing', async () => {
    using folder = await filled();
    const { output, failure } = await runInspect(folder.path, 'xyz.groundmist.library.enrty', { json: true });
    expect(failure?.code).toBe('NotFound');
    expect(failure?.message).toContain('xyz.groundmist.library.entry');
    expect(output).toBe('');
  });
});

test('a type is found in whatever namespace it is, its own ones first', async () => {
  using folder = temporaryFolder();
  const type = 'xyz.a.rich';
  writeStore(folder.path, 'com.example.review', [await makeDocument(second, { $type: type })]);
  writeStore(folder.path, 'xyz.a', [await makeDocument(first, { $type: type })]);
  const { output } = await runInspect(folder.path, type, { json: true });
  expect(idsOf(output)).toEqual([first, second]);
});

test('a type is found where none of its own namespaces is', async () => {
  using folder = temporaryFolder();
  writeStore(folder.path, 'xyz.review.a', [await makeDocument(first, { $type: 'xyz.a.rich' })]);
  expect(idsOf((await runInspect(folder.path, 'xyz.a.rich', { json: true })).output)).toEqual([first]);
  expect((await runInspect(folder.path, 'xyz.a.rihc', {})).failure?.message).toBe(
    'Nothing here is called "xyz.a.rihc". Near it: xyz.a.rich.',
  );
});
