import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openReader, type Reader } from '../../../src/core/store/reader.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, openStore, writeStore } from '../../support/plain-store.ts';
import { startWriter } from '../../support/writer-process.ts';

const library = parseNamespace('xyz.groundmist.library');
const [first, second] = ids;

async function idsIn(reader: Reader): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { id } of reader.list(library)) found.push(id);
  return found;
}

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
