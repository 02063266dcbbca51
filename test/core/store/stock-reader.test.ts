import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openReader, type Reader } from '../../../src/core/store/reader.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock } from '../../support/plain-store.ts';
import { failureOf } from '../../support/rejection.ts';

const library = parseNamespace('xyz.groundmist.library');
const [first, second] = ids;

async function idsIn(reader: Reader): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { id } of reader.list(library)) found.push(id);
  return found;
}

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
