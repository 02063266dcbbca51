import { describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {
  dataDirectory,
  makeDataDirectoryCheck,
} from '../../../../src/features/doctor/checks/data-directory.ts';
import { backupFileName } from '../../../../src/core/backup/backup-name.ts';
import { makeServerCheck } from '../../../../src/features/doctor/checks/server.ts';
import { store } from '../../../../src/features/doctor/checks/store.ts';
import type { RunningProgram } from '../../../../src/platform/processes.ts';
import { create, fill } from '../../../support/backed-up.ts';
import { recordingTerminal } from '../../../support/terminal.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { SmallDisk, whyNoSmallDisk } from '../../../support/small-disk.ts';
import { findOne, isRoot, owner, strangerId } from '../context.ts';

function at(path: string) {
  return { environment: { DATA_DIR: path } };
}

test('a folder that nobody else may enter is ok', async () => {
  using folder = temporaryFolder();
  expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({
    kind: 'ok',
    cause: expect.stringContaining('(0700'),
  });
});

test('one that is not there yet is ok, for the server makes it', async () => {
  using folder = temporaryFolder();
  expect(await findOne(dataDirectory, at(folder.at('not/yet')))).toMatchObject({
    kind: 'ok',
    cause: expect.stringContaining('makes it when it starts'),
  });
});

describe('one that is gone', () => {
  const program = (...words: readonly string[]): RunningProgram => ({
    pid: process.pid,
    words: ['groundmist', ...words],
    userId: process.geteuid?.(),
    folder: '/',
  });

  test('is a warning where a unit, a backup or a server tells that it was there', async () => {
    using folder = temporaryFolder();
    const gone = (words: string) => ({
      kind: 'warning',
      cause: expect.stringContaining(words),
      cure: expect.stringContaining('Mount its disk'),
    });
    const given = at(folder.at('data'));
    const serving = makeDataDirectoryCheck(() => [program('serve', '--data-dir', folder.at('data'))]);
    const sources = { environment: {}, flags: { ...given.environment, ATPROTO_DID: owner } };
    expect(await findOne(serving, { sources })).toMatchObject(gone('a server runs'));
    mkdirSync(folder.at('backups'));
    const kept = { environment: { ...given.environment, GROUNDMIST_BACKUP_DIRECTORY: folder.at('backups') } };
    expect(await findOne(dataDirectory, kept)).toMatchObject({ kind: 'ok' });
    await fill(folder.at('filled'), 'sqlite', 1);
    const made = await create(folder.at('filled'), folder.path);
    const name = backupFileName({ at: Date.now(), isScheduled: true, isEncrypted: false });
    copyFileSync(made.path, folder.at(`backups/${name}`));
    expect(await findOne(dataDirectory, kept)).toMatchObject(gone(`backups in ${folder.at('backups')}`));
    const units = folder.at('config/systemd/user');
    mkdirSync(units, { recursive: true });
    writeFileSync(`${units}/groundmist.service`, `[Service]\nReadWritePaths=${folder.at('data')}\n`);
    const terminal = recordingTerminal({ environment: { XDG_CONFIG_HOME: folder.at('config') } });
    expect(await findOne(dataDirectory, { ...given, terminal })).toMatchObject(gone('starts a server on it'));
  });

  test.if(process.platform === 'linux')('under a server is a problem', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('data'));
    const descriptor = openSync(folder.at('data/lock'), 'w');
    rmSync(folder.at('data'), { recursive: true });
    const serving = makeDataDirectoryCheck(() => [program('serve')]);
    expect(await findOne(serving, at(folder.at('data')))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining(`was deleted while groundmist (process ${process.pid}) works on it`),
    });
    closeSync(descriptor);
  });

  test('behind a link is a problem, for a server refuses it', async () => {
    using folder = temporaryFolder();
    symlinkSync(folder.at('disk/data'), folder.at('data'));
    expect(await findOne(dataDirectory, at(folder.at('data')))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining(`a link to ${folder.at('disk/data')}, which is not there`),
    });
  });
});

test('a file in its place is a problem', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('data'), '');
  expect(await findOne(dataDirectory, at(folder.at('data')))).toMatchObject({
    kind: 'problem',
    cause: expect.stringContaining('is not a folder'),
  });
});

test.each([
  [0o755, 'warning', 'may look into'],
  [0o711, 'warning', 'may look into'],
  [0o777, 'problem', 'may write into'],
  [0o770, 'problem', 'may write into'],
] as const)('the mode %o is a %s that chmod cures', async (mode, kind, words) => {
  using folder = temporaryFolder();
  chmodSync(folder.path, mode);
  const cure = `chmod go-rwx ${folder.path}`;
  expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({
    kind,
    cause: expect.stringContaining(words),
    cure,
  });
  Bun.spawnSync(['sh', '-c', cure]);
  expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({ kind: 'ok' });
});

describe('a folder that is not groundmist’s own', () => {
  test.each(['/', '/etc', '/usr', '/tmp', '/var', '/var/lib'])(
    '%s, which an owner may set by mistake, is a problem, and nothing is typed for it',
    async (path) => {
      expect(await findOne(dataDirectory, at(path))).toMatchObject({
        kind: 'problem',
        cause: expect.stringContaining(`${path}, a folder of this machine`),
        cure: expect.stringMatching(/^First set DATA_DIR/),
      });
      const noServer = makeServerCheck(() => []);
      expect(await findOne(noServer, at(path))).toMatchObject({ cure: expect.stringMatching(/^First set/) });
      expect(await findOne(store, at(path))).toMatchObject({ kind: 'unchecked' });
    },
  );

  test('one with other things in it is not closed by a command, nor is one that many share', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('.groundmist'));
    mkdirSync(folder.at('letters/of'), { recursive: true });
    writeFileSync(folder.at('letters/of/alice.txt'), '');
    chmodSync(folder.path, 0o777);
    const words = expect.stringContaining(`${folder.at('letters')} is not groundmist's`);
    expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({ kind: 'problem', cure: words });
    rmSync(folder.at('letters'), { recursive: true });
    expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({
      cure: `chmod go-rwx ${folder.path}`,
    });
    chmodSync(folder.path, 0o1777);
    expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({
      cure: expect.stringContaining('many users share'),
    });
  });
});

test('our own folder in it, open to others who may pass, is a problem', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('.groundmist'));
  chmodSync(folder.at('.groundmist'), 0o777);
  chmodSync(folder.path, 0o711);
  expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({ kind: 'problem' });
});

test.if(whyNoSmallDisk() === undefined)(
  'one on a disk that is mounted for reading only is a problem',
  async () => {
    using folder = temporaryFolder();
    await using small = await SmallDisk.mount(folder.path);
    mkdirSync(small.at('data'), { mode: 0o700 });
    expect(await findOne(dataDirectory, at(small.at('data')))).toMatchObject({ kind: 'ok' });
    Bun.spawnSync([...small.through, 'mount', '-o', 'remount,ro', folder.path]);
    expect(await findOne(dataDirectory, at(small.at('not/yet')))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('mounted for reading only, so no server can make it'),
    });
    expect(await findOne(dataDirectory, at(small.at('data')))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('mounted for reading only'),
    });
  },
);

describe.if(isRoot)('of another user', () => {
  test('whom its mode locks out is a problem', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    mkdirSync(folder.at("o'data"), { mode: 0o500 });
    chownSync(folder.at("o'data"), strangerId, strangerId);
    expect(await findOne(dataDirectory, at(folder.at("o'data")))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining(`user ${strangerId}, who may not read and write`),
      cure: `chmod 700 '${folder.path}/o'\\''data'`,
    });
  });

  test('below a folder that this user may not enter is a warning, for a container has another one above', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('data'));
    chownSync(folder.at('data'), strangerId, strangerId);
    expect(await findOne(dataDirectory, at(folder.at('data')))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining(`may not enter ${folder.path}`),
    });
  });
});
