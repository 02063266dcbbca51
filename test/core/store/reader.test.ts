import { describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openReader, type Reader } from '../../../src/core/store/reader.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, numberedId, writeStock, writeStore } from '../../support/plain-store.ts';
import { failureOf } from '../../support/rejection.ts';

const library = parseNamespace('xyz.groundmist.library');
const [first, second, third] = ids;

async function idsIn(reader: Reader): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { id } of reader.list(library)) found.push(id);
  return found;
}

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
