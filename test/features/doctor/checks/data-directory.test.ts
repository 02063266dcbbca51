import { describe, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dataDirectory } from '../../../../src/features/doctor/checks/data-directory.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { findOne, isRoot, strangerId } from '../context.ts';

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
  const cure = `chmod -R go-rwx ${folder.path}`;
  expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({
    kind,
    cause: expect.stringContaining(words),
    cure,
  });
  Bun.spawnSync(['sh', '-c', cure]);
  expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({ kind: 'ok' });
});

test('our own folder in it, open to others who may pass, is a problem', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('.groundmist'));
  chmodSync(folder.at('.groundmist'), 0o777);
  chmodSync(folder.path, 0o711);
  expect(await findOne(dataDirectory, at(folder.path))).toMatchObject({ kind: 'problem' });
});

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

  test('below a folder that this user may not enter is a problem', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('data'));
    chownSync(folder.at('data'), strangerId, strangerId);
    expect(await findOne(dataDirectory, at(folder.at('data')))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining(`may not enter ${folder.path}`),
    });
  });
});
