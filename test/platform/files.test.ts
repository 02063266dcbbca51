import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { makePrivateFolder, writeTogether } from '../../src/platform/files.ts';
import { temporaryFolder } from '../support/folder.ts';

test('files are written with their modes and leave nothing beside them', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('a'), 'before', { mode: 0o644 });
  writeTogether([
    { path: folder.at('a'), text: 'after', mode: 0o600 },
    { path: folder.at('b'), text: 'é', mode: 0o600 },
  ]);
  expect(readdirSync(folder.path).toSorted()).toEqual(['a', 'b']);
  expect([readFileSync(folder.at('a'), 'utf8'), readFileSync(folder.at('b'), 'utf8')]).toEqual([
    'after',
    'é',
  ]);
  expect(statSync(folder.at('a')).mode & 0o777).toBe(0o600);
});

test('where one file cannot be written, the others stay as they were', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('a'), 'before');
  const write = () =>
    writeTogether([
      { path: folder.at('a'), text: 'after', mode: 0o600 },
      { path: folder.at('missing/b'), text: 'after', mode: 0o600 },
    ]);
  expect(write).toThrow('ENOENT');
  expect(readdirSync(folder.path)).toEqual(['a']);
  expect(readFileSync(folder.at('a'), 'utf8')).toBe('before');
});

test('a private folder is made with those above it, and undone without those that were there', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('there'));
  const undo = makePrivateFolder(folder.at('there/a/b'));
  expect(statSync(folder.at('there/a')).mode & 0o777).toBe(0o700);
  expect(statSync(folder.at('there/a/b')).mode & 0o777).toBe(0o700);
  undo();
  expect(existsSync(folder.at('there'))).toBe(true);
  expect(existsSync(folder.at('there/a'))).toBe(false);
});

test('undoing takes no folder away that was there before', () => {
  using folder = temporaryFolder();
  makePrivateFolder(folder.path)();
  expect(existsSync(folder.path)).toBe(true);
});
