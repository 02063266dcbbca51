import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { isFolder, isWritable, nearestThere } from '../../src/platform/folders.ts';
import { temporaryFolder } from '../support/folder.ts';

test('what is there of a path is found from its end', () => {
  using folder = temporaryFolder();
  expect(nearestThere(folder.at('one/two/three'))).toBe(folder.path);
  expect(nearestThere(folder.path)).toBe(folder.path);
  expect(nearestThere('/')).toBe('/');
});

test('a file is no folder, and nothing can be made in what is not there', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('file'), '');
  expect([folder.path, folder.at('file'), folder.at('nothing')].map(isFolder)).toEqual([true, false, false]);
  expect([folder.path, folder.at('nothing')].map(isWritable)).toEqual([true, false]);
});
