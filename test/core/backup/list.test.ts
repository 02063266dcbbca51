import { expect, test } from 'bun:test';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { findWholeBackups } from '../../../src/core/backup/list.ts';
import { craftBackup } from '../../support/crafted-backup.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('an empty file, half of a backup and a foreign one have the name of a backup and are none', async () => {
  using folder = temporaryFolder();
  const name = (day: number, end = '') => folder.at(`groundmist-2026112${day}T000000Z.tar.zst${end}`);
  await craftBackup(folder.at('backup'));
  copyFileSync(folder.at('backup'), name(1));
  writeFileSync(name(2), '');
  writeFileSync(name(3), readFileSync(folder.at('backup')).subarray(0, -1));
  writeFileSync(name(4), 'a letter');
  writeFileSync(name(5, '.age'), 'age-encryption.org/v1\n-> X25519 …');
  const found = await findWholeBackups(folder.path);
  expect(found.map(({ path }) => path)).toEqual([name(5, '.age'), name(1)]);
  expect(found.map(({ path }) => basename(path))).not.toContain('backup');
});
