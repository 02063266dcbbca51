import { describe, expect, test } from 'bun:test';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { backupFileName } from '../../../../src/core/backup/backup-name.ts';
import { backup } from '../../../../src/features/doctor/checks/backup.ts';
import { create, fill } from '../../../support/backed-up.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { AnsweringServer } from '../answering-server.ts';
import { findOne } from '../context.ts';

function withFolder(folder: TemporaryFolder) {
  const environment = { DATA_DIR: folder.at('data'), GROUNDMIST_BACKUP_DIRECTORY: folder.at('backups') };
  return { environment };
}

test('no backups at all are a warning', async () => {
  using folder = temporaryFolder();
  expect(await findOne(backup, { environment: { DATA_DIR: folder.path } })).toMatchObject({
    kind: 'warning',
    cure: expect.stringContaining('GROUNDMIST_BACKUP_DIRECTORY'),
  });
});

describe('the folder of backups, where no server tells', () => {
  test('that is not there is a warning', async () => {
    using folder = temporaryFolder();
    expect(await findOne(backup, withFolder(folder))).toMatchObject({
      kind: 'warning',
      cure: expect.stringMatching(/^Mount its disk/),
    });
  });

  test('that every user may write into is a warning', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('backups'));
    chmodSync(folder.at('backups'), 0o777);
    expect(await findOne(backup, withFolder(folder))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('(0777), and so replace your backups'),
    });
  });

  test('that is a file is a problem', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at('backups'), '');
    expect(await findOne(backup, withFolder(folder))).toMatchObject({ kind: 'problem' });
  });

  test('that is empty, or holds half a backup, is a warning with what makes one', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('backups'));
    const expected = { kind: 'warning', cure: `groundmist backup create --to ${folder.at('backups')}` };
    expect(await findOne(backup, withFolder(folder))).toMatchObject(expected);
    const name = backupFileName({ at: Date.now(), isScheduled: true, isEncrypted: false });
    writeFileSync(folder.at(`backups/${name}`), 'half');
    expect(await findOne(backup, withFolder(folder))).toMatchObject(expected);
  });

  test('whose newest is old is a warning, and whose newest is young is ok', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('backups'));
    await fill(folder.at('data'), 'sqlite', 1);
    const made = await create(folder.at('data'), folder.path);
    const place = (at: number): void =>
      copyFileSync(
        made.path,
        folder.at(`backups/${backupFileName({ at, isScheduled: true, isEncrypted: false })}`),
      );
    place(Date.now() - 5 * 86_400_000);
    expect(await findOne(backup, withFolder(folder))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('is 5 days old'),
    });
    place(Date.now() - 3_600_000);
    expect(await findOne(backup, withFolder(folder))).toMatchObject({ kind: 'ok' });
  });
});

describe('the server that runs', () => {
  test('cannot put a folder right that is gone: it says so, and that is what has to be done', async () => {
    using folder = temporaryFolder();
    await using _server = new AnsweringServer(folder.at('data'), {
      backup: { lastAt: null, isStale: true },
      warnings: ['The last backup failed.'],
    });
    expect(await findOne(backup, withFolder(folder))).toMatchObject({
      kind: 'warning',
      cure: expect.stringMatching(/^Mount its disk/),
    });
  });

  test('says that they are late', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('backups'));
    const sentence = 'The last backup is 5 days old, and one should be made every 1 day.';
    await using _server = new AnsweringServer(folder.at('data'), {
      backup: { lastAt: '2025-11-21T05:14:50.990Z', isStale: true },
      warnings: [sentence, 'Something else.'],
    });
    expect(await findOne(backup, withFolder(folder))).toMatchObject({ kind: 'warning', cause: sentence });
  });

  test('says of when the last is; where that is not there, it writes to another disk than one sees', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('backups'));
    const at = Date.parse('2025-11-21T05:14:50.990Z');
    await using _server = new AnsweringServer(folder.at('data'), {
      backup: { lastAt: new Date(at).toISOString(), isStale: false },
    });
    expect(await findOne(backup, withFolder(folder))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining(`is not in ${folder.at('backups')} as one sees it here`),
      cure: expect.stringMatching(/^Stop it/),
    });
    const name = backupFileName({ at, isScheduled: true, isEncrypted: false });
    writeFileSync(folder.at(`backups/${name}`), '');
    expect(await findOne(backup, withFolder(folder))).toMatchObject({
      kind: 'ok',
      cause: 'The last backup is of 2025-11-21 05:14:50Z.',
    });
  });

  test('does not know of a folder that was set since it started', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('backups'));
    await using _server = new AnsweringServer(folder.at('data'));
    expect(await findOne(backup, withFolder(folder))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('was started before'),
    });
  });
});
