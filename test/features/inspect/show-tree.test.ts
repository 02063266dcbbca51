import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { runInspect } from './run-inspect.ts';

import { essay, filled, library, time } from './inspected-data.ts';

describe('the tree', () => {
  test('shows every namespace with its documents, bytes and last change', async () => {
    using folder = await filled();
    const { output, failure } = await runInspect(folder.path);
    expect(failure).toBeUndefined();
    const dated = output
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '<time>')
      .replace(folder.path, '<data>');
    expect(dated).toBe(
      [
        '<data>',
        '├── com.whtwnd.blog      1 document  183 B  <time>',
        '└── xyz.groundmist',
        '    ├── library         2 documents  394 B  <time>',
        '    └── notebook.essay   1 document  197 B  <time>',
        '',
        '3 namespaces, 4 documents, 774 B',
        '',
      ].join('\n'),
    );
  });

  test('below a prefix shows that part, with slashes as with dots', async () => {
    using folder = await filled();
    const { output } = await runInspect(folder.path, 'xyz/groundmist/', { json: true });
    expect(JSON.parse(output)).toEqual({
      namespaces: [
        { namespace: library, documents: 2, bytes: 394, lastChange: time },
        { namespace: essay, documents: 1, bytes: 197, lastChange: time },
      ],
    });
    expect((await runInspect(folder.path, 'xyz', { json: true })).output).toBe(output);
  });

  test('of an empty data directory is a sentence', async () => {
    using folder = temporaryFolder();
    const { output, notes, failure } = await runInspect(folder.path);
    expect(failure).toBeUndefined();
    expect(output).toBe(`No documents yet in ${folder.path}.\n`);
    expect(notes.join()).toContain('groundmist serve');
    expect((await runInspect(folder.path, undefined, { json: true })).output).toBe('{"namespaces":[]}\n');
  });

  test('of a directory that is not there is NotFound with the setting to change', async () => {
    using folder = temporaryFolder();
    const { failure } = await runInspect(join(folder.path, 'nowhere'));
    expect(failure?.code).toBe('NotFound');
    expect(failure?.message).toContain('DATA_DIR');
  });
});

describe('names', () => {
  test('that nothing has are NotFound with the nearest', async () => {
    using folder = await filled();
    const { failure } = await runInspect(folder.path, 'xyz.groundmist.libary');
    expect(failure?.kind.exit).toBe(1);
    expect(failure?.message).toContain('Near it: xyz.groundmist.library');
  });

  test.each(['..', '/etc/passwd', '', '\u001b[31m', 'xyz.groundmist.library\u0000'])(
    'like %j are NotFound and touch nothing',
    async (target) => {
      using folder = await filled();
      const before = folderState(folder.path);
      const { failure } = await runInspect(folder.path, target);
      expect(failure?.code).toBe('NotFound');
      // oxlint-disable-next-line no-control-regex
      expect(failure?.message).not.toMatch(/[\u0000-\u001f]/);
      expect(folderState(folder.path)).toEqual(before);
    },
  );

  test('with --in beside them are a Usage failure', async () => {
    using folder = await filled();
    expect((await runInspect(folder.path, library, { in: library })).failure?.code).toBe('Usage');
  });
});
