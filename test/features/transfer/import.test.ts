import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readContent } from '../../../src/core/content/content.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { parseDocumentId, type DocumentId } from '../../../src/core/store/document-id.ts';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import { openReader } from '../../../src/core/store/reader.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { folderState, temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock } from '../../support/plain-store.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { generations } from '../../support/stock-client.ts';
import { openStockStorage } from '../../support/stock-storage.ts';
import { exportFrom, importInto, interrupted, interruptedAt } from './run-transfer.ts';

const library = parseNamespace('xyz.groundmist.library');
const into = { into: library };
const [first, second] = ids;

let folder: TemporaryFolder;
let dataDirectory: string;
let source: string;

beforeEach(() => {
  folder = temporaryFolder();
  dataDirectory = folder.at('data');
  source = folder.at('source');
});
afterEach(() => folder[Symbol.dispose]());

function idOf(text: string): DocumentId {
  const id = parseDocumentId(text);
  if (id === undefined) throw new Error(`${text} is no document id`);
  return id;
}

/** What is stored of a document. */
async function stored(id: string): Promise<{ readonly heads: readonly string[]; readonly content: unknown }> {
  await using reader = await openReader(dataDirectory);
  const document = await reader.load(library, idOf(id));
  if (document === undefined) throw new Error(`${id} is not stored`);
  const { heads, content } = await readContent(document);
  return { heads, content };
}

/** A folder of two documents as automerge-repo writes it, at the place that `source` names. */
async function writeSource(): Promise<void> {
  writeStock(folder.path, 'source', await makeDocument(first, { title: 'one' }));
  writeStock(folder.path, 'source', await makeDocument(second, { title: 'two' }));
}

describe.each(generations)('of automerge-repo %s', (generation) => {
  test('each document arrives as it was, and a second time nothing happens', async () => {
    mkdirSync(source);
    const repo = openStockStorage(generation, source);
    const written = [await repo.create({ title: 'one' }), await repo.create({ list: [1, 'two'] })];
    await openStockStorage(generation, source).change(written[0] ?? '', (root) => void (root['more'] = true));
    const imported = await importInto({ dataDirectory, options: into }, source);
    expect(imported).toMatchObject({ failure: undefined, problems: [] });
    expect(imported.output).toBe(`Imported into ${library}: 2 new documents, 0 merged; 0 already here.\n`);
    for (const id of written) {
      expect(await stored(id)).toEqual(await openStockStorage(generation, source).read(id));
    }
    const before = await Promise.all(written.map(stored));
    const again = await importInto({ dataDirectory, options: into }, source);
    expect(again.output).toBe(`Imported into ${library}: 0 new documents, 0 merged; 2 already here.\n`);
    expect(await Promise.all(written.map(stored))).toEqual(before);
  });

  test.each(['sqlite', 'nodefs'] as const)(
    'what was edited out there comes back and is merged, in the store of %s',
    async (store) => {
      mkdirSync(source);
      const id = await openStockStorage(generation, source).create({ title: 'one', here: 0, there: 0 });
      await importInto({ dataDirectory, store, options: into }, source);
      const out = folder.at('out');
      expect((await exportFrom({ dataDirectory }, out, library)).failure).toBeUndefined();

      // Two copies of one document, each edited on its own.
      await openStockStorage(generation, out).change(id, (root) => void (root['there'] = 1));
      await openStockStorage(generation, source).change(id, (root) => void (root['here'] = 1));
      for (const directory of [out, source]) {
        const merged = await importInto({ dataDirectory, store, options: into }, directory);
        expect(merged.output).toBe(`Imported into ${library}: 0 new documents, 1 merged; 0 already here.\n`);
      }
      expect((await stored(id)).content).toEqual({ title: 'one', here: 1, there: 1 });
      expect((await stored(id)).heads).toHaveLength(2);

      // An older state brings nothing, and takes nothing away.
      const older = await importInto({ dataDirectory, store, options: into }, out);
      expect(older.output).toBe(`Imported into ${library}: 0 new documents, 0 merged; 1 already here.\n`);
      expect((await stored(id)).content).toEqual({ title: 'one', here: 1, there: 1 });
    },
  );
});

test('the source is only read', async () => {
  await writeSource();
  const before = folderState(source);
  await importInto({ dataDirectory, options: into }, source);
  expect(folderState(source)).toEqual(before);
});

test('a dry run says what would be new, merged and here, and writes nothing', async () => {
  await writeSource();
  const ahead = { dataDirectory, options: { ...into, dryRun: true } };
  const foreseen = await importInto(ahead, source);
  expect(foreseen.output).toBe(
    `Would be imported into ${library}: 2 new documents, 0 merged; 0 already here.\n`,
  );
  expect(existsSync(dataDirectory)).toBe(false);

  await importInto({ dataDirectory, options: into }, source);
  await openStockStorage('2.5.6', source).change(first, (root) => void (root['more'] = 1));
  // A server may run beside it.
  using _held = lockDataDirectory(dataDirectory, { pid: process.pid, startedAt: 0, listen: '127.0.0.1:1' });
  const held = folderState(dataDirectory);
  const again = await importInto(ahead, source);
  expect(again.output).toBe(
    `Would be imported into ${library}: 0 new documents, 1 merged; 1 already here.\n`,
  );
  expect(folderState(dataDirectory)).toEqual(held);
});

test('a damaged document is named, the others are brought in, and the end says so with 3', async () => {
  await writeSource();
  const snapshots = join(source, first.slice(0, 2), first.slice(2), 'snapshot');
  for (const name of readdirSync(snapshots)) truncateSync(join(snapshots, name), 30);
  const { failure, problems, output } = await importInto({ dataDirectory, options: into }, source);
  expect(failure?.kind.exit).toBe(3);
  expect(failure?.message).toContain('1 document could not be brought in');
  expect(problems.join()).toContain(`automerge:${first}: `);
  expect(output).toContain('1 new document, 0 merged');
  expect((await stored(second)).content).toEqual({ title: 'two' });
});

test('links, pipes and strays are not followed, waited for or taken for chunks', async () => {
  await writeSource();
  const whole = join(source, first.slice(0, 2), first.slice(2), 'snapshot');
  Bun.spawnSync(['mkfifo', join(whole, 'a'.repeat(64))]);
  const other = join(source, second.slice(0, 2), second.slice(2), 'snapshot');
  const [chunk = ''] = readdirSync(other);
  writeFileSync(join(other, 'README'), 'a stray');
  symlinkSync(join(other, chunk), join(other, 'b'.repeat(64)));
  const { failure, problems } = await importInto({ dataDirectory, options: into }, source);
  expect(failure?.message).toContain('2 documents could not be brought in');
  expect(problems.filter((problem) => problem.includes('is not a plain file'))).toHaveLength(2);
});

describe('is refused with a sentence', () => {
  const refusal = async (directory: string, options: Record<string, string> = into) => {
    const { failure } = await importInto({ dataDirectory, options }, directory);
    return `${failure?.kind.exit} ${failure?.message}`;
  };

  test('where there is no folder, a file, or nothing of automerge-repo', async () => {
    expect(await refusal(source)).toBe(`1 There is no folder at ${source}.`);
    writeFileSync(source, '');
    expect(await refusal(source)).toContain(`2 ${source} is a file`);
    mkdirSync(folder.at('empty'));
    expect(await refusal(folder.at('empty'))).toContain('holds no document');
    expect(existsSync(dataDirectory)).toBe(false);
  });

  test('in the data directory, also through a link', async () => {
    await writeSource();
    mkdirSync(join(dataDirectory, 'xyz'), { recursive: true });
    cpSync(source, join(dataDirectory, 'xyz/source'), { recursive: true });
    symlinkSync(dataDirectory, folder.at('link'));
    for (const directory of [dataDirectory, join(dataDirectory, 'xyz/source'), folder.at('link/xyz/source')])
      expect(await refusal(directory)).toContain('2 ');
    expect(await refusal(folder.at('link/xyz/source'))).toContain('lies in the data directory');
  });

  test('of a whole data directory, with what to run instead', async () => {
    writeStock(source, library, await makeDocument(first, { title: 'one' }));
    expect(await refusal(source)).toContain(
      `\`groundmist import ${source}/xyz/groundmist/library --into ${library}\``,
    );
  });

  test('without a namespace, or with one that is none', async () => {
    await writeSource();
    expect(await refusal(source, {})).toContain('2 Say which namespace');
    expect(await refusal(source, { into: 'library' })).toContain('2 "library" is not a lexicon authority');
  });

  test('with a namespace that is none as it was typed', async () => {
    await writeSource();
    expect(await refusal(source, { into: '../../evil' })).toStartWith(
      '2 "../../evil" is not a lexicon authority',
    );
  });

  test('while a server runs, and nothing is touched', async () => {
    await writeSource();
    using _held = lockDataDirectory(dataDirectory, { pid: 4711, startedAt: 0, listen: '127.0.0.1:3031' });
    const before = folderState(dataDirectory);
    const refused = await refusal(source);
    expect(refused).toContain('5 The data directory');
    expect(refused).toContain('process 4711');
    expect(folderState(dataDirectory)).toEqual(before);
  });
});

test('what is damaged here is made up for, once', async () => {
  await writeSource();
  const run = { dataDirectory, store: 'nodefs', options: into } as const;
  await importInto(run, source);
  const place = join(
    dataDirectory,
    'xyz/groundmist/library',
    first.slice(0, 2),
    first.slice(2),
    'incremental',
  );
  const [chunk = ''] = readdirSync(place);
  const whole = readFileSync(join(place, chunk));
  truncateSync(join(place, chunk), 20);
  const foreseen = await importInto({ ...run, options: { ...into, dryRun: true } }, source);
  expect(foreseen.output).toContain('0 new documents, 1 merged; 1 already here');
  const { output, failure } = await importInto(run, source);
  expect(failure).toBeUndefined();
  expect(output).toContain('0 new documents, 1 merged; 1 already here');
  // Its one chunk has the name of its bytes, so it takes the place of the damaged one.
  expect(readFileSync(join(place, chunk))).toEqual(whole);
  expect((await importInto(run, source)).output).toContain('0 merged; 2 already here');
  expect((await stored(first)).content).toEqual({ title: 'one' });
});

test('Ctrl-C ends it between two documents, and running it again goes on', async () => {
  await writeSource();
  const stopped = importInto({ dataDirectory, options: into, signal: interrupted }, source);
  expect(await rejectionOf(stopped)).toBeInstanceOf(Cancelled);
  const { output } = await importInto({ dataDirectory, options: into }, source);
  expect(output).toContain('2 new documents');
});

test('Ctrl-C keeps what is ready, and the next run goes on from there', async () => {
  await writeSource();
  const stopped = importInto({ dataDirectory, options: into, signal: interruptedAt(1) }, source);
  expect(await rejectionOf(stopped)).toBeInstanceOf(Cancelled);
  const { output } = await importInto({ dataDirectory, options: into }, source);
  expect(output).toContain('1 new document, 0 merged; 1 already here');
});

test('the bar moves with each document that was looked at, and waits for no batch', async () => {
  await writeSource();
  const atFirstDraw = new AbortController();
  const stopped = importInto(
    {
      dataDirectory,
      options: into,
      signal: atFirstDraw.signal,
      draw: () => atFirstDraw.abort(new Cancelled('SIGINT')),
    },
    source,
  );
  expect(await rejectionOf(stopped)).toBeInstanceOf(Cancelled);
  const { output } = await importInto({ dataDirectory, options: into }, source);
  expect(output).toContain('1 new document, 0 merged; 1 already here');
});

test('its JSON is as documented', async () => {
  await writeSource();
  const snapshots = join(source, first.slice(0, 2), first.slice(2), 'snapshot');
  for (const name of readdirSync(snapshots)) truncateSync(join(snapshots, name), 0);
  const { output } = await importInto({ dataDirectory, options: { ...into, json: true } }, source);
  const golden = readFileSync(join(import.meta.dir, 'golden/import.json'), 'utf8');
  expect(JSON.parse(output.replaceAll(folder.path, '/home/owner'))).toEqual(JSON.parse(golden));
});
