import { expect, test } from 'bun:test';
import { backupFileName, parseBackupName } from '../../../src/core/backup/backup-name.ts';

const at = Date.UTC(2026, 10, 28, 19, 2, 29);

test('a name says when it was made, by whom, and whether it is encrypted', () => {
  expect(backupFileName({ at, isScheduled: false, isEncrypted: false })).toBe(
    'groundmist-20261128T190229Z.tar.zst',
  );
  expect(backupFileName({ at, isScheduled: true, isEncrypted: true })).toBe(
    'groundmist-scheduled-20261128T190229Z.tar.zst.age',
  );
  for (const isScheduled of [true, false]) {
    for (const isEncrypted of [true, false]) {
      const name = { at, isScheduled, isEncrypted };
      expect(parseBackupName(backupFileName(name))).toEqual(name);
    }
  }
});

test.each([
  'groundmist.tar.zst',
  'groundmist-20261399T190229Z.tar.zst',
  'my-groundmist-20261128T190229Z.tar.zst',
  'groundmist-20261128T190229Z.tar.zst.part',
])('%s is no name of ours', (name) => {
  expect(parseBackupName(name)).toBeUndefined();
});
