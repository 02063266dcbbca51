import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fill, library, restore, verify } from '../../support/backed-up.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { failureOf } from '../../support/rejection.ts';
import { sampleId } from '../../support/sample-documents.ts';

const database = 'xyz/groundmist/library/documents.sqlite';
const control = '.groundmist/control.sqlite';

let folder: TemporaryFolder;
let data: string;
beforeEach(() => {
  folder = temporaryFolder();
  data = folder.at('data');
});
afterEach(() => folder[Symbol.dispose]());

async function refused(): Promise<string> {
  const failure = await failureOf(create(data, folder.path));
  expect(failure.code).toBe('StoreDamaged');
  expect(readdirSync(folder.path)).toEqual(['data']);
  return failure.message;
}

describe('a whole backup fails', () => {
  test('where a database that stores.json names was emptied', async () => {
    await fill(data, 'sqlite');
    truncateSync(join(data, database));
    expect(await refused()).toContain(`The documents of ${library} were stored in`);
  });

  test('where a database was emptied beside a tail', async () => {
    await fill(data, 'sqlite');
    truncateSync(join(data, database));
    rmSync(join(data, '.groundmist/stores.json'));
    writeFileSync(join(data, `${database}-tail`), 'records');
    expect(await refused()).toContain('is empty now');
  });

  test('where a namespace of files has none of those that its index knows', async () => {
    await fill(data, 'nodefs');
    rmSync(join(data, 'xyz/groundmist/library'), { recursive: true });
    mkdirSync(join(data, 'xyz/groundmist/library'));
    expect(await refused()).toContain('is empty now');
  });

  test('where the database of apps and devices is gone, or emptied', async () => {
    await fill(data, 'sqlite');
    truncateSync(join(data, control));
    expect(await refused()).toContain('is empty');
    rmSync(join(data, control));
    expect(await refused()).toContain('is gone');
  });
});

test('a namespace that a server has only begun does not keep the others from being backed up', async () => {
  await fill(data, 'sqlite');
  mkdirSync(join(data, 'xyz/groundmist/begun'));
  writeFileSync(join(data, 'xyz/groundmist/begun/documents.sqlite'), '');
  const { manifest } = await create(data, folder.path);
  expect(manifest.documents.count).toBe(3);
});

test('a document of files that is gone is counted as damaged, and named', async () => {
  await fill(data, 'nodefs');
  const id = sampleId(1);
  rmSync(join(data, 'xyz/groundmist/library', id.slice(0, 2), id.slice(2)), { recursive: true });
  const { path, damaged, manifest } = await create(data, folder.path);
  expect(damaged).toEqual([`${library} ${id}`]);
  expect(manifest.damaged).toBe(1);
  expect((await verify(path)).problems).toEqual([
    `${library} ${id} was damaged already when it was backed up.`,
  ]);
  await restore(path, folder.at('restored'));
});

test('a folder that is no data directory is refused, for its backups would be empty for ever', async () => {
  mkdirSync(join(data, 'letters'), { recursive: true });
  expect((await failureOf(create(data, folder.path))).code).toBe('FileMissing');
  expect(readdirSync(folder.path)).toEqual(['data']);
});
