import { describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openReader, type Reader } from '../../../src/core/store/reader.ts';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import {
  ids,
  makeDocument,
  numberedId,
  openStore,
  writeStock,
  writeStore,
} from '../../support/plain-store.ts';
import { failureOf } from '../../support/failure.ts';
import { startWriter } from '../../support/writer-process.ts';

const library = parseNamespace('xyz.groundmist.library');
const [first, second, third] = ids;

async function idsIn(reader: Reader): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { id } of reader.list(library)) found.push(id);
  return found;
}

/** Reads all there is; the folder must be the same byte for byte, name for name and time for time. */
async function readUntouched(dataDirectory: string): Promise<readonly string[]> {
  using temporary = temporaryFolder();
  chmodSync(dataDirectory, 0o500);
  const before = folderState(dataDirectory);
  const found = await readAll(dataDirectory, temporary.path);
  expect(folderState(dataDirectory)).toEqual(before);
  expect(readdirSync(temporary.path)).toEqual([]);
  chmodSync(dataDirectory, 0o700);
  return found;
}

async function readAll(dataDirectory: string, temporaryDirectory: string): Promise<readonly string[]> {
  await using reader = await openReader(dataDirectory, { temporaryDirectory });
  expect(await reader.namespaces()).toEqual([library]);
  const found = await idsIn(reader);
  for (const id of ids) await reader.load(library, id);
  await reader.summary(library);
  return found;
}

describe('reading changes nothing on disk', () => {
  test('in a store that was closed cleanly', async () => {
    using folder = temporaryFolder();
    writeStore(folder.path, library, [await makeDocument(first, { n: 1 })]);
    expect(readdirSync(join(folder.path, 'xyz/groundmist/library'))).toEqual(['documents.sqlite']);
    expect(await readUntouched(folder.path)).toEqual([first]);
  });

  test('in a store whose writer was killed, and what it had committed is read', async () => {
    using folder = temporaryFolder();
    await using writer = startWriter(folder.path, library);
    await writer.tell('open');
    await writer.write(await makeDocument(first, { n: 1 }));
    await writer.kill();
    expect(existsSync(join(folder.path, 'xyz/groundmist/library/documents.sqlite-wal'))).toBe(true);
    expect(await readUntouched(folder.path)).toEqual([first]);
  });

  test('in such a store that lost its shared memory too', async () => {
    using folder = temporaryFolder();
    await using writer = startWriter(folder.path, library);
    await writer.tell('open');
    await writer.write(await makeDocument(first, { n: 1 }));
    await writer.kill();
    rmSync(join(folder.path, 'xyz/groundmist/library/documents.sqlite-shm'));
    expect(await readUntouched(folder.path)).toEqual([first]);
  });

  test('beside a running writer', async () => {
    using folder = temporaryFolder();
    await using writer = startWriter(folder.path, library);
    await writer.tell('open');
    await writer.write(await makeDocument(first, { n: 1 }));
    expect(await readUntouched(folder.path)).toEqual([first]);
  });

  test('beside a running writer whose shared memory cannot be had, through a copy that is told of', async () => {
    using folder = temporaryFolder();
    using temporary = temporaryFolder();
    await using writer = startWriter(folder.path, library);
    await writer.tell('open');
    await writer.write(await makeDocument(first, { n: 1 }));
    rmSync(join(folder.path, 'xyz/groundmist/library/documents.sqlite-shm'));
    expect(await readUntouched(folder.path)).toEqual([first]);
    const notes: string[] = [];
    await using reader = await openReader(folder.path, {
      temporaryDirectory: temporary.path,
      note: (sentence) => void notes.push(sentence),
    });
    await reader.summary(library);
    expect(notes).toEqual([expect.stringContaining(library)]);
  });

  test('beside a running writer that has not opened this store', async () => {
    using folder = temporaryFolder();
    writeStore(folder.path, library, [await makeDocument(first, { n: 1 })]);
    await using writer = startWriter(folder.path, library);
    await writer.tell('checkpoint');
    expect(await readUntouched(folder.path)).toEqual([first]);
  });

  test('in the stock layout', async () => {
    using folder = temporaryFolder();
    writeStock(folder.path, library, await makeDocument(first, { n: 1 }));
    expect(await readUntouched(folder.path)).toEqual([first]);
  });
});

describe('a reader that stays open', () => {
  test('sees what a writer beside it commits', async () => {
    using folder = temporaryFolder();
    await using writer = startWriter(folder.path, library);
    await writer.tell('open');
    await writer.write(await makeDocument(first, { n: 1 }));
    await using reader = await openReader(folder.path);
    expect(await idsIn(reader)).toEqual([first]);
    await writer.write(await makeDocument(second, { n: 2 }));
    expect(await idsIn(reader)).toEqual([first, second]);
  });

  test('sees what a writer that started after it commits', async () => {
    using folder = temporaryFolder();
    writeStore(folder.path, library, [await makeDocument(first, { n: 1 })]);
    await using reader = await openReader(folder.path);
    expect(await idsIn(reader)).toEqual([first]);
    await using writer = startWriter(folder.path, library);
    await writer.tell('open');
    await writer.write(await makeDocument(second, { n: 2 }));
    expect(await idsIn(reader)).toEqual([first, second]);
    await writer.tell('close');
    expect(await idsIn(reader)).toEqual([first, second]);
  });

  test('sees a whole state where a writer came and went between two of its pages', async () => {
    using folder = temporaryFolder();
    writeStore(folder.path, library, [await makeDocument(first, { n: 1 })]);
    await using reader = await openReader(folder.path);
    expect(await idsIn(reader)).toEqual([first]);
    openStore(folder.path, library, [await makeDocument(second, { n: 2 })]).close(true);
    expect(await idsIn(reader)).toEqual([first, second]);
  });

  test('keeps no transaction open between two documents of a listing', async () => {
    using folder = temporaryFolder();
    await using writer = startWriter(folder.path, library);
    await writer.tell('open');
    await writer.write(await makeDocument(first, { n: 1 }));
    await writer.write(await makeDocument(second, { n: 2 }));
    await using reader = await openReader(folder.path);
    const documents = reader.list(library);
    await documents.next();
    await writer.tell('checkpoint');
    expect(Bun.file(join(folder.path, 'xyz/groundmist/library/documents.sqlite-wal')).size).toBe(0);
    await documents.return(undefined);
  });
});

describe('what is in a data directory', () => {
  test('a document comes with its chunks in order and its heads', async () => {
    using folder = temporaryFolder();
    const document = await makeDocument(first, { n: 1 });
    const chunks = [...document.chunks, new Uint8Array([1]), new Uint8Array([2])];
    const before = await makeDocument(second, { n: 2 });
    const after = { ...before, id: ids[3] };
    writeStore(folder.path, library, [before, { ...document, chunks }, after]);
    await using reader = await openReader(folder.path);
    expect(await reader.load(library, first)).toEqual({ chunks, heads: document.heads });
    expect(await reader.load(library, third)).toBeUndefined();
  });

  test('a listing of many pages has every document once', async () => {
    using folder = temporaryFolder();
    const { chunks, heads, changedAt } = await makeDocument(first, { n: 1 });
    const many = Array.from({ length: 1201 }, (_, index) => numberedId(index));
    writeStore(
      folder.path,
      library,
      many.map((id) => ({ id, chunks, heads, changedAt })),
    );
    await using reader = await openReader(folder.path);
    expect(await idsIn(reader)).toEqual(many.toSorted());
  });

  test('a document is found in every namespace that holds it', async () => {
    using folder = temporaryFolder();
    const document = await makeDocument(first, { n: 1 });
    writeStore(folder.path, library, [document]);
    writeStore(folder.path, 'xyz.groundmist', [document]);
    writeStock(folder.path, 'com.whtwnd.blog', document);
    writeStore(folder.path, 'com.example', []);
    await using reader = await openReader(folder.path);
    expect(await reader.find(first)).toEqual(
      ['com.whtwnd.blog', 'xyz.groundmist', library].map(parseNamespace),
    );
    expect(await reader.find(second)).toEqual([]);
  });

  test('a database without its tables yet is an empty namespace', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'xyz/groundmist/library'), { recursive: true });
    writeFileSync(join(folder.path, 'xyz/groundmist/library/documents.sqlite'), '');
    await using reader = await openReader(folder.path);
    expect(await reader.summary(library)).toEqual({ documentCount: 0, sizeBytes: 0, changedAt: undefined });
    expect(await idsIn(reader)).toEqual([]);
  });

  test('an import that is not complete is read from the originals', async () => {
    using folder = temporaryFolder();
    writeStock(folder.path, library, await makeDocument(first, { n: 1 }));
    writeStock(folder.path, library, await makeDocument(second, { n: 2 }));
    writeStore(folder.path, library, [await makeDocument(second, { n: 2 })]);
    await using before = await openReader(folder.path);
    expect(await idsIn(before)).toEqual([first, second]);
    mkdirSync(join(folder.path, '.groundmist'));
    writeFileSync(
      join(folder.path, '.groundmist/stores.json'),
      JSON.stringify({ version: 1, namespaces: { [library]: { backend: 'sqlite', problems: [] } } }),
    );
    await using after = await openReader(folder.path);
    expect(await idsIn(after)).toEqual([second]);
  });

  test('a file that is no database is damage of that namespace', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'xyz/groundmist/library'), { recursive: true });
    writeFileSync(
      join(folder.path, 'xyz/groundmist/library/documents.sqlite'),
      'not a database at all'.repeat(99),
    );
    await using reader = await openReader(folder.path);
    expect((await failureOf(reader.summary(library))).code).toBe('StoreDamaged');
  });

  test('a directory that is not there is NotFound', async () => {
    using folder = temporaryFolder();
    expect((await failureOf(openReader(join(folder.path, 'nowhere')))).code).toBe('NotFound');
  });

  test('private copies are refused a place inside the data directory', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'tmp'));
    const opening = openReader(folder.path, { temporaryDirectory: join(folder.path, 'tmp') });
    expect((await failureOf(opening)).code).toBe('StoreUnavailable');
  });
});

describe('the stock layout', () => {
  test('links are not followed, whatever they lead to', async () => {
    using folder = temporaryFolder();
    using outside = temporaryFolder();
    writeStock(outside.path, library, await makeDocument(first, { n: 1 }));
    const real = writeStock(folder.path, library, await makeDocument(second, { n: 2 }));
    const base = join(folder.path, 'xyz/groundmist/library');
    symlinkSync(join(outside.path, 'xyz/groundmist/library/27'), join(base, '27'));
    symlinkSync(outside.path, join(folder.path, 'com'));
    await using reader = await openReader(folder.path);
    expect(await reader.namespaces()).toEqual([library]);
    expect(await idsIn(reader)).toEqual([second]);
    expect(await reader.load(library, first)).toBeUndefined();
    const [name = ''] = readdirSync(join(real, 'snapshot'));
    rmSync(join(real, 'snapshot', name));
    symlinkSync('/etc/hostname', join(real, 'snapshot', name));
    expect((await failureOf(reader.load(library, second))).code).toBe('StoreDamaged');
  });

  test('an increment under a name that is not its hash is damage', async () => {
    using folder = temporaryFolder();
    const document = await makeDocument(first, { n: 1 });
    const path = writeStock(folder.path, library, document);
    mkdirSync(join(path, 'incremental'));
    writeFileSync(join(path, 'incremental', 'a'.repeat(64)), 'x');
    await using reader = await openReader(folder.path);
    expect((await failureOf(reader.load(library, first))).code).toBe('StoreDamaged');
  });

  test('a FIFO in place of a chunk does not make the reader wait', async () => {
    using folder = temporaryFolder();
    const path = writeStock(folder.path, library, await makeDocument(first, { n: 1 }));
    Bun.spawnSync(['mkfifo', join(path, 'snapshot', 'b'.repeat(64))]);
    await using reader = await openReader(folder.path);
    expect((await failureOf(reader.load(library, first))).code).toBe('StoreDamaged');
  });

  test('a namespace below a folder that looks like a shard is found', async () => {
    using folder = temporaryFolder();
    writeStock(folder.path, 'xyz.groundmist', await makeDocument(first, { n: 1 }));
    writeStock(folder.path, 'xyz.groundmist.27.library', await makeDocument(first, { n: 1 }));
    await using reader = await openReader(folder.path);
    expect(await reader.namespaces()).toEqual(
      ['xyz.groundmist', 'xyz.groundmist.27.library'].map(parseNamespace),
    );
  });
});
