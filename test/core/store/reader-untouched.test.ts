import { describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openReader, type Reader } from '../../../src/core/store/reader.ts';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock, writeStore } from '../../support/plain-store.ts';
import { startWriter } from '../../support/writer-process.ts';

const library = parseNamespace('xyz.groundmist.library');
const [first] = ids;

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
