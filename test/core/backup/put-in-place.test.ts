import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { moveInto } from '../../../src/core/backup/put-in-place.ts';
import { refuseUnfinishedRestore } from '../../../src/core/store/unfinished-restore.ts';
import { Failure } from '../../../src/core/failure.ts';
import { create, fill, headsIn, restore } from '../../support/backed-up.ts';
import { dataTree } from '../../support/data-tree.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { codeOf } from '../../support/rejection.ts';

const isRoot = process.getuid?.() === 0;

let folder: TemporaryFolder;
let backup: string;
let heads: Awaited<ReturnType<typeof fill>>;
beforeEach(async () => {
  folder = temporaryFolder();
  heads = await fill(folder.at('data'), 'sqlite');
  mkdirSync(folder.at('out'));
  backup = (await create(folder.at('data'), folder.at('out'))).path;
});
afterEach(() => {
  chmodSync(folder.path, 0o700);
  folder[Symbol.dispose]();
});

function unfinished(path: string): string {
  try {
    refuseUnfinishedRestore(path);
    return 'nothing';
  } catch (error) {
    return error instanceof Failure ? `${error.code}: ${error.message}` : String(error);
  }
}

describe('an empty folder', () => {
  test('is filled from the inside: it stays the same folder, and nothing is written beside it', async () => {
    mkdirSync(folder.at('empty'));
    const { ino } = statSync(folder.at('empty'));
    if (!isRoot) chmodSync(folder.path, 0o500);
    await restore(backup, folder.at('empty'));
    expect(statSync(folder.at('empty')).ino).toBe(ino);
    expect(readdirSync(folder.at('empty')).toSorted()).toEqual(['.groundmist', 'xyz']);
    expect(await headsIn(folder.at('empty'), 'sqlite')).toEqual(heads);
  });

  test('with what a killed restore left of its work is as good as empty, and no server takes it', async () => {
    mkdirSync(folder.at('empty/.groundmist-work-abcdef/data'), { recursive: true });
    expect(unfinished(folder.at('empty'))).toContain('RestoreUnfinished: A restore into');
    await restore(backup, folder.at('empty'));
    expect(readdirSync(folder.at('empty')).toSorted()).toEqual(['.groundmist', 'xyz']);
    expect(unfinished(folder.at('empty'))).toBe('nothing');
  });

  test('with half of what a killed restore brought in is refused by both', async () => {
    mkdirSync(folder.at('half/.groundmist-work-abcdef/data'), { recursive: true });
    mkdirSync(folder.at('half/xyz'));
    expect(unfinished(folder.at('half'))).toContain('RestoreUnfinished');
    expect(await codeOf(restore(backup, folder.at('half')))).toBe('PlaceTaken');
    expect(readdirSync(folder.at('half')).toSorted()).toEqual(['.groundmist-work-abcdef', 'xyz']);
  });

  test('into which something was put meanwhile is left as it is', () => {
    mkdirSync(folder.at('target'));
    writeFileSync(folder.at('target/letter'), 'dear');
    expect(() => moveInto(folder.at('data'), folder.at('target'))).toThrow('meanwhile');
    expect(readdirSync(folder.at('target'))).toEqual(['letter']);
  });
});

test('no server begins with nothing beside a data directory that a restore moved aside', () => {
  mkdirSync(folder.at('srv.before-restore-20261128T200000Z'));
  const mv = `mv ${folder.at('srv.before-restore-20261128T200000Z')} ${folder.at('srv')}`;
  expect(unfinished(folder.at('srv'))).toContain(mv);
  mkdirSync(folder.at('srv'));
  expect(unfinished(folder.at('srv'))).toContain(`rmdir ${folder.at('srv')} && ${mv}`);
  mkdirSync(folder.at('srv/.groundmist'));
  expect(unfinished(folder.at('srv'))).toBe('nothing');
});

test.if(isRoot)('what root restores belongs to whom the folder belonged to', async () => {
  chownSync(folder.at('data'), 1234, 1235);
  await restore(backup, folder.at('data'), { isForced: true });
  for (const name of ['', ...dataTree(folder.at('data'))]) {
    expect(statSync(folder.at(`data/${name}`))).toMatchObject({ uid: 1234, gid: 1235 });
  }
});
