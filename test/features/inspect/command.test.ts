import { describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderState, temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock, writeStore, type PlainDocument } from '../../support/plain-store.ts';
import { startWriter } from '../../support/writer-process.ts';
import { runInspect } from './run-inspect.ts';

const library = 'xyz.groundmist.library';
const essay = 'xyz.groundmist.notebook.essay';
const [first, second, third, fourth] = ids;
const entry = { $type: 'xyz.groundmist.library.entry', title: 'One' };
const time = '2025-11-21T05:41:07.089Z';

/** Two documents in one namespace, one in another that is its neighbour, one elsewhere. */
async function filled(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  writeStore(folder.path, library, [
    await makeDocument(first, entry),
    await makeDocument(second, { items: ['automerge:x'] }),
  ]);
  writeStore(folder.path, essay, [await makeDocument(third, { $type: `${essay}.entry` })]);
  writeStock(folder.path, 'com.whtwnd.blog', await makeDocument(fourth, { $type: 'com.whtwnd.blog.entry' }));
  return folder;
}

async function damaged(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  writeStore(folder.path, library, [
    await makeDocument(first, entry),
    spoil(await makeDocument(second, entry)),
    await makeDocument(third, entry),
  ]);
  mkdirSync(join(folder.path, 'com/example'), { recursive: true });
  writeFileSync(join(folder.path, 'com/example/documents.sqlite'), 'no database'.repeat(400));
  return folder;
}

function spoil(document: PlainDocument): PlainDocument {
  return { ...document, chunks: document.chunks.map((chunk) => chunk.subarray(0, -1)) };
}

function idsOf(output: string): readonly unknown[] {
  const { documents } = JSON.parse(output) as { documents: readonly { id: unknown }[] };
  return documents.map(({ id }) => id);
}

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

describe('one document', () => {
  test.each([first, `automerge:${first}`])('%s shows its content and facts', async (target) => {
    using folder = await filled();
    const { heads } = await makeDocument(first, entry);
    const { output } = await runInspect(folder.path, target);
    expect(output).toBe(
      [
        `automerge:${first}`,
        'namespace    xyz.groundmist.library',
        'type         xyz.groundmist.library.entry',
        `heads        ${heads.join()}`,
        'changes      1',
        'operations   33',
        'chunks       1',
        'size         217 B',
        'last change  2025-11-21 05:41:07Z',
        '',
        '{',
        '  "$type": "xyz.groundmist.library.entry",',
        '  "title": "One"',
        '}',
        '',
      ].join('\n'),
    );
    const json = await runInspect(folder.path, target, { json: true });
    expect(JSON.parse(json.output)).toMatchObject({ id: first, heads, content: entry });
  });

  test('in two namespaces is a Usage failure that names both, and --in chooses', async () => {
    using folder = await filled();
    writeStore(folder.path, 'org.example', [await makeDocument(first, { title: 'Other' })]);
    const { failure } = await runInspect(folder.path, first);
    expect(failure?.kind.exit).toBe(2);
    expect(failure?.message).toContain(library);
    expect(failure?.message).toContain('org.example');
    const chosen = await runInspect(folder.path, first, { in: 'org/example', json: true });
    expect(JSON.parse(chosen.output)).toMatchObject({
      namespace: 'org.example',
      content: { title: 'Other' },
    });
    const elsewhere = await runInspect(folder.path, first, { in: essay });
    expect(elsewhere.failure?.code).toBe('NotFound');
  });

  test('that is nowhere is NotFound with the ids near it', async () => {
    using folder = await filled();
    const misspelt = `${first.slice(0, -1)}x`;
    const { failure } = await runInspect(folder.path, `automerge:${misspelt}`);
    expect(failure?.kind.exit).toBe(1);
    expect(failure?.message).toContain(`Near it: ${first}.`);
  });

  test('at heads of the past is refused rather than shown as of now', async () => {
    using folder = await filled();
    expect((await runInspect(folder.path, `automerge:${first}#abc`)).failure?.code).toBe('Usage');
  });

  test('cuts very long strings for a person and never in JSON', async () => {
    using folder = temporaryFolder();
    const body = 'x'.repeat(5000);
    writeStore(folder.path, library, [await makeDocument(first, { body })]);
    const { output } = await runInspect(folder.path, first);
    expect(output.length).toBeLessThan(1000);
    expect(output).toContain('5,000 characters');
    for (const options of [{ json: true }, { dump: true }]) {
      expect(JSON.parse((await runInspect(folder.path, first, options)).output)).toMatchObject({
        content: { body },
      });
    }
  });

  test.each([{}, { json: true }, { dump: true }])(
    'lets no control character through with %j',
    async (options) => {
      using folder = temporaryFolder();
      const hostile = { $type: 'a\u001b[2Jb\u009bc', '\u202ekey': 'a\u001b]0;x\u0007' };
      writeStore(folder.path, library, [await makeDocument(first, hostile)]);
      for (const target of [first, library]) {
        const { output } = await runInspect(folder.path, target, options);
        // oxlint-disable-next-line no-control-regex
        expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }
    },
  );
});

describe('a dump', () => {
  test('is the content of every document under the target, a line each', async () => {
    using folder = await filled();
    const { heads } = await makeDocument(first, entry);
    const { output } = await runInspect(folder.path, undefined, { dump: true });
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(4);
    expect(lines[1]).toEqual({
      namespace: library,
      id: first,
      url: `automerge:${first}`,
      heads,
      type: 'xyz.groundmist.library.entry',
      content: entry,
    });
    const counts = { xyz: 3, [library]: 2, [`${library}.entry`]: 1, [first]: 1 };
    for (const [target, count] of Object.entries(counts)) {
      const part = await runInspect(folder.path, target, { dump: true });
      expect(part.output.trimEnd().split('\n')).toHaveLength(count);
    }
  });
});

describe('damage', () => {
  test('of a document is told, the rest goes on, and the end is exit 3', async () => {
    using folder = await damaged();
    const { output, problems, failure } = await runInspect(folder.path, library, { json: true });
    expect(failure?.kind.exit).toBe(3);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(second);
    const { documents } = JSON.parse(output) as { documents: readonly unknown[] };
    expect(documents).toMatchObject([
      { id: first },
      { id: second, error: expect.any(String) },
      { id: third },
    ]);
    expect(documents[1]).not.toHaveProperty('heads');
    expect((await runInspect(folder.path, library)).output).toContain('cannot be read');
  });

  test('of a whole namespace is told, and the others are dumped', async () => {
    using folder = await damaged();
    const { output, problems, failure } = await runInspect(folder.path, undefined, { dump: true });
    expect(failure?.code).toBe('StoreDamaged');
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['com.example', library]);
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([
      { content: entry },
      { id: second, error: expect.any(String) },
      { content: entry },
    ]);
  });

  test('of a whole namespace stands in the tree', async () => {
    using folder = await damaged();
    const { output, failure } = await runInspect(folder.path, undefined, { json: true });
    expect(failure?.code).toBe('StoreDamaged');
    expect(JSON.parse(output)).toMatchObject({
      namespaces: [
        { namespace: 'com.example', error: expect.any(String) },
        { namespace: library, documents: 3 },
      ],
    });
  });

  test('of the one document asked for is exit 3', async () => {
    using folder = await damaged();
    const { output, failure } = await runInspect(folder.path, second);
    expect(failure?.kind.exit).toBe(3);
    expect(output).toContain('error');
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

test('beside a running server every form leaves the data directory as it is', async () => {
  using folder = temporaryFolder();
  await using writer = startWriter(folder.path, library);
  await writer.tell('open');
  await writer.write(await makeDocument(first, entry));
  const before = folderState(folder.path);
  for (const target of [undefined, 'xyz', library, `${library}.entry`, first]) {
    for (const options of [{}, { json: true }, { dump: true }]) {
      expect((await runInspect(folder.path, target, options)).failure).toBeUndefined();
    }
  }
  expect(folderState(folder.path)).toEqual(before);
});
