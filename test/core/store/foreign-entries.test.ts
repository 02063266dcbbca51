import { expect, test } from 'bun:test';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { foreignEntries } from '../../../src/core/store/foreign-entries.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { stockFixtures } from '../../support/stock-data.ts';

test('all of a data directory is ours, in either layout, and what a file system makes is nobody’s', async () => {
  using folder = temporaryFolder();
  expect(await foreignEntries(folder.path)).toEqual([]);
  mkdirSync(folder.at('.groundmist/quarantine'), { recursive: true });
  mkdirSync(folder.at('lost+found'));
  mkdirSync(folder.at('xyz/groundmist/library'), { recursive: true });
  writeFileSync(folder.at('xyz/groundmist/library/documents.sqlite-tail'), '');
  cpSync(stockFixtures[0] ?? '', folder.path, { recursive: true });
  rmSync(folder.at('expected.json'));
  expect(await foreignEntries(folder.path)).toEqual([]);
});

test('files, links, and folders that lead to anything else are foreign', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('alice/letters'), { recursive: true });
  writeFileSync(folder.at('alice/.bashrc'), '');
  mkdirSync(folder.at('usr/bin'), { recursive: true });
  writeFileSync(folder.at('usr/bin/env'), '');
  symlinkSync('/etc', folder.at('com'));
  writeFileSync(folder.at('README'), '');
  expect((await foreignEntries(folder.path))?.toSorted()).toEqual(['README', 'alice', 'com', 'usr']);
});

test('of a folder that cannot be read nothing is known', async () => {
  using folder = temporaryFolder();
  expect(await foreignEntries(folder.at('nowhere'))).toBeUndefined();
});
