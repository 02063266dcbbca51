import { describe, expect, test } from 'bun:test';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { disk } from '../../../../src/features/doctor/checks/disk.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { SmallDisk, whyNoSmallDisk } from '../../../support/small-disk.ts';
import { find, findOne } from '../context.ts';

const missing = whyNoSmallDisk();
const mebibyte = 2 ** 20;

test('a disk with room is ok, and so is that of a folder that is not there yet', async () => {
  using folder = temporaryFolder();
  for (const path of [folder.path, folder.at('not/yet')]) {
    expect(await findOne(disk, { environment: { DATA_DIR: path } })).toMatchObject({
      kind: 'ok',
      cause: expect.stringContaining(`on the disk of ${path}.`),
    });
  }
});

if (missing !== undefined) test.skip(`a full disk is not tried here: ${missing}`, () => {});

describe.if(missing === undefined)('a disk of four megabytes', () => {
  test('that fills up is a warning first, and a problem once documents are read-only', async () => {
    using folder = temporaryFolder();
    await using small = await SmallDisk.mount(folder.path);
    const given = { environment: { DATA_DIR: small.at('data') } };
    expect(await findOne(disk, given)).toMatchObject({ kind: 'ok' });
    appendFileSync(small.at('filler'), Buffer.alloc(3.4 * mebibyte));
    expect(await findOne(disk, given)).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('below 262.1 KB documents become read-only'),
    });
    small.fill();
    expect(await findOne(disk, given)).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('apps cannot save'),
      cure: expect.stringMatching(/^du -axh /),
    });
    small.makeRoom();
    expect(await findOne(disk, given)).toMatchObject({ kind: 'ok' });
  });

  test('that can hold few more files, whatever its room, is a warning and then a problem', async () => {
    using folder = temporaryFolder();
    await using small = await SmallDisk.mount(folder.path, 200);
    const given = { environment: { DATA_DIR: small.at('data') } };
    expect(await findOne(disk, given)).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('only 199 more files'),
    });
    for (let file = 0; file < 180; file++) writeFileSync(small.at(String(file)), '');
    expect(await findOne(disk, given)).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('only 19 more files'),
      cure: expect.stringMatching(/^du --inodes /),
    });
  });

  test('that is full and holds the backups too is told once', async () => {
    using folder = temporaryFolder();
    await using small = await SmallDisk.mount(folder.path);
    mkdirSync(small.at('backups'));
    small.fill();
    const given = {
      environment: { DATA_DIR: small.at('data'), GROUNDMIST_BACKUP_DIRECTORY: small.at('backups') },
    };
    expect(await findOne(disk, given)).toMatchObject({ kind: 'problem' });
  });

  test('that is full of backups is a warning', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('disk'));
    await using small = await SmallDisk.mount(folder.at('disk'));
    mkdirSync(small.at('backups'));
    const given = {
      environment: { DATA_DIR: folder.at('data'), GROUNDMIST_BACKUP_DIRECTORY: small.at('backups') },
    };
    expect(await findOne(disk, given)).toMatchObject({ kind: 'ok' });
    small.fill();
    expect(await find(disk, given)).toMatchObject([
      { kind: 'warning', cause: expect.stringContaining('the next backup may not fit') },
    ]);
  });
});
