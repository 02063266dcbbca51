import { describe, expect, test } from 'bun:test';
import { temporaryFolder } from '../../support/folder.ts';
import { makeDocument, writeStore } from '../../support/plain-store.ts';
import { runInspect } from './run-inspect.ts';

import { entry, filled, first, idsOf, library, second, time } from './inspected-data.ts';

describe('a namespace', () => {
  test('lists its documents', async () => {
    using folder = await filled();
    const { output } = await runInspect(folder.path, 'xyz/groundmist/library');
    expect(output).toBe(
      [
        library,
        '',
        'DOCUMENT                       CHANGES       SIZE  LAST CHANGE           TYPE',
        `${first}         1      217 B  2025-11-21 05:41:07Z  xyz.groundmist.library.entry`,
        `${second}         1      177 B  2025-11-21 05:41:07Z  –`,
        '',
        '2 documents, 394 B',
        '',
      ].join('\n'),
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
          heads,
          changes: 1,
          operations: 33,
          chunks: 1,
          bytes: 217,
          lastChange: time,
        },
        { id: second, type: null },
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
