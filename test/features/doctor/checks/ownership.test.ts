import { describe, expect, test } from 'bun:test';
import { chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { ownership } from '../../../../src/features/doctor/checks/ownership.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { AnsweringServer } from '../answering-server.ts';
import { findOne, isRoot, strangerId } from '../context.ts';

test('files of one user are ok, and so is no file', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('.groundmist'));
  const at = (path: string) => findOne(ownership, { environment: { DATA_DIR: path } });
  expect(await at(folder.path)).toMatchObject({ kind: 'ok' });
  expect(await at(folder.at('nowhere'))).toMatchObject({ kind: 'ok' });
});

describe.if(isRoot)('after a command that was run as root', () => {
  test('its files are a problem, and chown is the cure', async () => {
    using folder = temporaryFolder();
    const library = folder.at('xyz/groundmist/library');
    mkdirSync(library, { recursive: true });
    for (const path of ['', 'xyz', 'xyz/groundmist', 'xyz/groundmist/library']) {
      chownSync(folder.at(path), strangerId, strangerId);
    }
    const given = { environment: { DATA_DIR: folder.path } };
    expect(await findOne(ownership, given)).toMatchObject({
      kind: 'ok',
      cause: `All files belong to user ${strangerId}, as the server needs it.`,
    });
    writeFileSync(`${library}/documents.sqlite`, '');
    writeFileSync(`${library}/documents.sqlite-wal`, '');
    const finding = await findOne(ownership, given);
    expect(finding).toMatchObject({
      kind: 'problem',
      cause: expect.stringMatching(
        /^xyz\/groundmist\/library\/documents\.sqlite(?:-wal)? and 1 other in .* belong to root\./,
      ),
      cure: `chown -R ${strangerId} ${folder.path}`,
    });
    Bun.spawnSync(['sh', '-c', 'cure' in finding ? finding.cure : '']);
    expect(await findOne(ownership, given)).toMatchObject({ kind: 'ok' });
  });

  test('behind a link the folder itself is cured, for chown passes links over', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('real'));
    chownSync(folder.at('real'), strangerId, strangerId);
    mkdirSync(folder.at('real/.groundmist'));
    symlinkSync(folder.at('real'), folder.at('data'));
    expect(await findOne(ownership, { environment: { DATA_DIR: folder.at('data') } })).toMatchObject({
      kind: 'problem',
      cure: `chown -R ${strangerId} ${folder.at('real')}`,
    });
  });

  test('of what is not groundmist’s nobody is told to change the owner', async () => {
    using folder = temporaryFolder();
    chownSync(folder.path, strangerId, strangerId);
    mkdirSync(folder.at('letters'));
    writeFileSync(folder.at('letters/alice.txt'), '');
    const given = { environment: { DATA_DIR: folder.path } };
    expect(await findOne(ownership, given)).toMatchObject({ kind: 'ok' });
    mkdirSync(folder.at('.groundmist'));
    expect(await findOne(ownership, given)).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining(`.groundmist in ${folder.path} belongs to root`),
      cure: expect.stringContaining(`${folder.at('letters')} is not groundmist's`),
    });
  });

  test('what the file system made by itself is no fault', async () => {
    using folder = temporaryFolder();
    chownSync(folder.path, strangerId, strangerId);
    mkdirSync(folder.at('lost+found'), { mode: 0o700 });
    expect(await findOne(ownership, { environment: { DATA_DIR: folder.path } })).toMatchObject({
      kind: 'ok',
    });
  });

  test('a server that runs as root on the folder of another is a warning', async () => {
    using folder = temporaryFolder();
    await using _server = new AnsweringServer(folder.path);
    chownSync(folder.path, strangerId, strangerId);
    expect(await findOne(ownership, { environment: { DATA_DIR: folder.path } })).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining(`runs as root, though ${folder.path} belongs to user ${strangerId}`),
    });
  });
});
