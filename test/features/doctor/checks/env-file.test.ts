import { describe, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { envFile } from '../../../../src/features/doctor/checks/env-file.ts';
import { credentialName } from '../../../../src/platform/handed-over.ts';
import { findSources } from '../../../../src/sources.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { userByName } from '../../../../src/platform/users.ts';
import { recordingTerminal } from '../../../support/terminal.ts';
import { find, findOne, goodSecret, isRoot, owner, strangerId } from '../context.ts';

const stranger = userByName('nobody');
const whole = `ATPROTO_DID=${owner}\nGROUNDMIST_SYNC_SECRET_KEY=${goodSecret}\n`;

function given(folder: TemporaryFolder, { mode = 0o600, text = whole, environment = {} } = {}) {
  const path = folder.at('env');
  writeFileSync(path, `${text}DATA_DIR=${folder.at('data')}\n`);
  chmodSync(path, mode);
  return { path, given: { sources: findSources({}, path, { environment, note() {} }) } };
}

test('a file that only its owner may read is ok', async () => {
  using folder = temporaryFolder();
  const { path, given: file } = given(folder);
  expect(await findOne(envFile, file)).toMatchObject({
    kind: 'ok',
    cause: expect.stringContaining(`${path} is closed to others (0600`),
  });
});

test.each([
  [0o644, 'problem', 'holds the secret'],
  [0o606, 'problem', 'takes over your server'],
  [0o622, 'problem', 'takes over your server'],
  [0o660, 'warning', 'The group'],
] as const)('the mode %o is a %s that chmod cures', async (mode, kind, words) => {
  using folder = temporaryFolder();
  const { path, given: file } = given(folder, { mode });
  const finding = await findOne(envFile, file);
  expect(finding).toMatchObject({
    kind,
    cause: expect.stringContaining(words),
    cure: `chmod o-rwx,g-w ${path}`,
  });
  Bun.spawnSync(['sh', '-c', 'cure' in finding ? finding.cure : '']);
  expect(statSync(path).mode & 0o777).toBe(mode & 0o750);
  expect(await findOne(envFile, file)).toMatchObject({ kind: 'ok' });
});

test('a file without the secret may be read by all, and one that the group reads is ok', async () => {
  using folder = temporaryFolder();
  const environment = { ATPROTO_DID: owner, GROUNDMIST_SYNC_SECRET_KEY: goodSecret };
  const open = given(folder, { mode: 0o644, text: 'PORT=3031\n', environment });
  expect(await findOne(envFile, open.given)).toMatchObject({ kind: 'ok' });
  expect(await findOne(envFile, given(folder, { mode: 0o640 }).given)).toMatchObject({ kind: 'ok' });
});

test('a folder above it that every user may write into is a warning, but one where each keeps their own', async () => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o777);
  const { path, given: file } = given(folder);
  expect(await findOne(envFile, file)).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining(
      `may write into ${folder.path} (0777), and so put something else in the place of ${path}`,
    ),
  });
  chmodSync(folder.path, 0o1777);
  expect(await findOne(envFile, file)).toMatchObject({ kind: 'ok' });
});

test('no file at all is ok', async () => {
  expect(await findOne(envFile)).toMatchObject({ kind: 'ok' });
});

describe.if(isRoot && stranger !== undefined)('a file that the server may not read', () => {
  function plant(folder: TemporaryFolder, lines: (path: string) => string) {
    chmodSync(folder.path, 0o755);
    const { path, given: file } = given(folder);
    mkdirSync(folder.at('config/systemd/user'), { recursive: true });
    writeFileSync(
      folder.at('config/systemd/user/groundmist.service'),
      `[Service]\nUser=${stranger?.name}\n${lines(path)}\n`,
    );
    const terminal = recordingTerminal({ environment: { XDG_CONFIG_HOME: folder.at('config') } });
    return { path, file: { ...file, terminal } };
  }
  const opening = (path: string) => `ExecStart=/usr/bin/groundmist serve --env-file ${path}`;

  test('is a problem where a unit says that the server opens it', async () => {
    using folder = temporaryFolder();
    const { path, file } = plant(folder, opening);
    expect(await findOne(envFile, file)).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining(`as ${stranger?.name}, who may not read ${path}`),
      cure: `chown ${stranger?.name}: ${path}`,
    });
    chownSync(path, stranger?.id ?? -1, 0);
    expect(await findOne(envFile, file)).toMatchObject({ kind: 'ok' });
  });

  test('is one too where this command finds it by a link, and the unit by its name', async () => {
    using folder = temporaryFolder();
    const { path, file } = plant(folder, opening);
    symlinkSync(path, folder.at('link'));
    const sources = findSources({}, folder.at('link'), { environment: {}, note() {} });
    expect(await findOne(envFile, { ...file, sources })).toMatchObject({ kind: 'problem' });
  });

  test('is none where the unit has systemd hand it over', async () => {
    using folder = temporaryFolder();
    const handedOver = (path: string) => `LoadCredential=${credentialName(path)}:${path}\n${opening(path)}`;
    expect(await findOne(envFile, plant(folder, handedOver).file)).toMatchObject({ kind: 'ok' });
  });

  test('in a folder that the server may not enter is one too', async () => {
    using folder = temporaryFolder();
    const { path, file } = plant(folder, opening);
    chmodSync(folder.path, 0o700);
    chownSync(path, stranger?.id ?? -1, 0);
    expect(await find(envFile, file)).toMatchObject([
      { kind: 'problem', cause: expect.stringContaining(`may not enter ${folder.path}`) },
    ]);
  });

  test('is none where systemd reads it for the server', async () => {
    using folder = temporaryFolder();
    const { file } = plant(folder, (path) => `EnvironmentFile=-${path}\nExecStart=/usr/bin/groundmist serve`);
    expect(await findOne(envFile, file)).toMatchObject({ kind: 'ok' });
  });

  test('is none where only whose the data directory is speaks for another user', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const { given: file } = given(folder);
    mkdirSync(folder.at('data'), { mode: 0o755 });
    chownSync(folder.at('data'), strangerId, strangerId);
    expect(await findOne(envFile, file)).toMatchObject({ kind: 'ok' });
  });
});
