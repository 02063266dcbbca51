import { describe, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { envFile } from '../../../../src/features/doctor/checks/env-file.ts';
import { findSources } from '../../../../src/sources.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { find, findOne, goodSecret, isRoot, owner, strangerId } from '../context.ts';

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
  expect(finding).toMatchObject({ kind, cause: expect.stringContaining(words), cure: `chmod 600 ${path}` });
  Bun.spawnSync(['sh', '-c', 'cure' in finding ? finding.cure : '']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await findOne(envFile, file)).toMatchObject({ kind: 'ok' });
});

test('a file without the secret may be read by all, and one that the group reads is ok', async () => {
  using folder = temporaryFolder();
  const environment = { ATPROTO_DID: owner, GROUNDMIST_SYNC_SECRET_KEY: goodSecret };
  const open = given(folder, { mode: 0o644, text: 'PORT=3031\n', environment });
  expect(await findOne(envFile, open.given)).toMatchObject({ kind: 'ok' });
  expect(await findOne(envFile, given(folder, { mode: 0o640 }).given)).toMatchObject({ kind: 'ok' });
});

test('no file at all is ok', async () => {
  expect(await findOne(envFile)).toMatchObject({ kind: 'ok' });
});

describe.if(isRoot)('where the data directory says who the server is', () => {
  test('a file that this user may not read is a problem', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const { path, given: file } = given(folder);
    mkdirSync(folder.at('data'));
    chownSync(folder.at('data'), strangerId, strangerId);
    expect(await findOne(envFile, file)).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining(`user ${strangerId}, who may not read ${path}`),
      cure: `chown ${strangerId} ${path}`,
    });
    chownSync(path, strangerId, strangerId);
    expect(await findOne(envFile, file)).toMatchObject({ kind: 'ok' });
  });

  test('a folder above it that this user may not enter is one', async () => {
    using folder = temporaryFolder();
    const { given: file } = given(folder);
    mkdirSync(folder.at('data'));
    chownSync(folder.at('data'), strangerId, strangerId);
    chownSync(folder.at('env'), strangerId, strangerId);
    expect(await find(envFile, file)).toMatchObject([
      { kind: 'problem', cause: expect.stringContaining(`may not enter ${folder.path}`) },
    ]);
  });
});
