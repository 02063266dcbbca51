import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { Failure } from '../../../src/core/failure.ts';
import { changedFiles, Seal } from '../../../src/core/store/sums.ts';
import { readSums, writeSums, type Sum } from '../../../src/core/store/sums-text.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { leaveData, leaveStock, useData } from '../../support/left-data.ts';

const database = 'xyz/groundmist/library/documents.sqlite';
const sums = '.groundmist/sums';

async function changes(directory: string) {
  return Array.fromAsync(changedFiles(directory, () => {}));
}

describe('the sums of a data directory', () => {
  test('are left by whoever held the lock, and taken away by the next before anything else', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    expect(readFileSync(folder.at(sums), 'utf8')).toMatch(new RegExp(`^[0-9a-f]{64}  ${database}$`, 'm'));
    expect(await changes(folder.path)).toEqual([]);
    await useData(folder.path, 'sqlite', async () => expect(existsSync(folder.at(sums))).toBe(false));
    expect(await changes(folder.path)).toEqual([]);
  });

  test('are read by sha256sum', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const check = Bun.spawnSync(['sha256sum', '--strict', '-c', sums], { cwd: folder.path });
    expect(check.stderr.toString()).toBe('');
    expect(check.exitCode).toBe(0);
  });

  test('tell of what differs, is gone, and is new', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    rmSync(folder.at('.groundmist/stores.json'));
    writeFileSync(folder.at('.groundmist/quarantine/new'), '');
    writeFileSync(folder.at(database), 'other');
    expect(await changes(folder.path)).toEqual([
      { path: '.groundmist/stores.json', change: 'gone' },
      { path: database, change: 'differs' },
      { path: '.groundmist/quarantine/new', change: 'new' },
    ]);
  });

  test('tell of themselves where one byte is another', () => {
    const sum = { hash: 'ab'.repeat(32), state: '5,6,7' };
    const text = writeSums(new Map([['a/b', sum]]));
    expect(readSums(text)).toBeDefined();
    for (let at = 0; at < text.length; at += 1) {
      const changed = Buffer.from(text, 'latin1');
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(readSums(changed.toString('latin1'))).toBeUndefined();
    }
  });

  test('keep the hash of what nobody touched, so that what goes bad in it under a server is found', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const before = readSums(readFileSync(folder.at(sums), 'utf8')) ?? new Map<string, Sum>();
    // As if another byte were read now than then: nothing else tells of it.
    const sum = { hash: '00'.repeat(32), state: before.get(database)?.state ?? '' };
    writeFileSync(folder.at(sums), writeSums(new Map(before).set(database, sum)));
    await useData(folder.path, 'sqlite', async () => {});
    expect(await changes(folder.path)).toEqual([{ path: database, change: 'differs' }]);
  });

  test('are made anew of what the holder wrote, whatever its times say', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const seal = new Seal(folder.path);
    writeFileSync(folder.at(database), 'something else');
    utimesSync(folder.at(database), 1, 1);
    await seal.renew(() => false);
    expect(await changes(folder.path)).toEqual([]);
  });

  test('do not vouch for what another changed, until it was looked at', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    writeFileSync(folder.at(database), 'something else');
    rmSync(folder.at('.groundmist/stores.json'));
    const changed = [
      { path: '.groundmist/stores.json', change: 'gone' },
      { path: database, change: 'differs' },
    ];
    const toldOf = async () => (await changes(folder.path)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    await new Seal(folder.path).renew(() => false);
    expect(await toldOf()).toMatchObject(changed);
    const seal = new Seal(folder.path);
    seal.forget();
    await seal.renew(() => false);
    expect(await toldOf()).toEqual([]);
  });

  test('stay as they were where nothing could be opened', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const file = folder.at('.groundmist/stores.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"sqlite"', '"wqlite"'));
    const before = readFileSync(folder.at(sums), 'utf8');
    await rejectionOf(useData(folder.path, 'sqlite', async () => {}));
    expect(readFileSync(folder.at(sums), 'utf8')).toBe(before);
  });

  test('are not written where reading takes too long', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const seal = new Seal(folder.path);
    writeFileSync(folder.at(database), 'something that has to be read');
    const renewing = seal.renew(() => true);
    expect((await rejectionOf(renewing)).message).toContain('too long');
    expect(existsSync(folder.at(sums))).toBe(false);
  });

  test('are not left after an error of the disk, for nobody knows what is on it', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const broken = new Failure('StoreUnavailable', 'the disk has failed');
    await useData(folder.path, 'sqlite', async (_, { disk }) => disk.broke(broken));
    expect(existsSync(folder.at(sums))).toBe(false);
  });

  test('are none where nobody left in order, and of a folder nobody has taken', async () => {
    using folder = temporaryFolder();
    leaveStock(folder.path);
    expect(await changes(folder.path)).toEqual([]);
  });
});
