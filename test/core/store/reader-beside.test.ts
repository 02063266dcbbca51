import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeHash } from '../../../src/core/format/whole-chunks.ts';
import { tailPath } from '../../../src/core/store/layout.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openReader, type Reader } from '../../../src/core/store/reader.ts';
import { readLines } from '../../support/child-lines.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, openStore, writeStore } from '../../support/plain-store.ts';
import { sampleId } from '../../support/sample-documents.ts';
import { startWriter } from '../../support/writer-process.ts';

const library = parseNamespace('xyz.groundmist.library');
const [first, second] = ids;

async function idsIn(reader: Reader): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { id } of reader.list(library)) found.push(id);
  return found;
}

test('a reader sees every edit that was acknowledged before it began, whole, wherever it lies by then', async () => {
  using folder = temporaryFolder();
  const script = join(import.meta.dirname, 'endless-editor.ts');
  const editor = Bun.spawn([process.execPath, '--no-env-file', script, folder.path], { stdout: 'pipe' });
  const seen = { acknowledged: 0 };
  const reading = (async () => {
    for await (const line of readLines(editor.stdout)) seen.acknowledged = Number(line);
  })();
  await eventually('something is acknowledged', () => seen.acknowledged > 0);
  await using reader = await openReader(folder.path);
  const salts = new Set<string>();
  // The tail moves to the documents five times and more.
  for (let round = 0; seen.acknowledged < 450; round += 1) {
    const id = sampleId(round % 20);
    const before = seen.acknowledged;
    const { heads = [], chunks = [] } = (await reader.load(library, id)) ?? {};
    expect(chunks.length).toBeGreaterThanOrEqual(before);
    expect(heads).toEqual([changeHash(chunks.at(-1) ?? new Uint8Array()) ?? '']);
    const facts = await reader.facts(library, id);
    expect(facts?.chunkCount).toBeGreaterThanOrEqual(chunks.length);
    salts.add(readFileSync(tailPath(folder.path, library)).subarray(8, 16).toHex());
    await new Promise(setImmediate);
  }
  editor.kill('SIGKILL');
  await editor.exited;
  await reading;
  expect(salts.size).toBeGreaterThan(3);
  const last = await reader.load(library, sampleId(0));
  expect(last?.chunks.length).toBeGreaterThanOrEqual(seen.acknowledged);
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
