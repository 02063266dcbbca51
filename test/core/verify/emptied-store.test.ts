import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';
import { leaveData, leftNamespace, useData } from '../../support/left-data.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { leaveKilled } from './killed-data.ts';
import { allDamage, repairAll } from './repaired.ts';

const database = 'xyz/groundmist/library/documents.sqlite';
const sums = '.groundmist/sums';

function withoutTables(path: string): void {
  rmSync(path);
  using empty = new Database(path);
  empty.run('CREATE TABLE migration (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID');
}

const ways: Readonly<Record<string, (path: string) => void>> = {
  'of no bytes': (path) => writeFileSync(path, ''),
  'without tables': withoutTables,
  'cut to five bytes': (path) => writeFileSync(path, 'hello'),
};

describe('the database of a namespace that had documents', () => {
  for (const [way, empty] of Object.entries(ways)) {
    test(`is damage where it is ${way}, with sums and without, and no repair calls it sound`, async () => {
      using folder = temporaryFolder();
      await leaveData(folder.path, 'sqlite');
      empty(folder.at(database));
      const told = { kind: 'store', namespace: leftNamespace, finding: { kind: 'database' } };
      expect(await allDamage(folder.path)).toContainEqual(expect.objectContaining({ kind: 'store' }));
      rmSync(folder.at(sums));
      expect(await allDamage(folder.path)).toMatchObject([told]);
      await repairAll(folder.path);
      expect(await allDamage(folder.path)).toMatchObject([{ kind: 'file', finding: { path: database } }]);
      await repairAll(folder.path);
      expect(await allDamage(folder.path)).not.toEqual([]);
    });
  }

  test('is not filled anew by a server', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    withoutTables(folder.at(database));
    const refused = await rejectionOf(useData(folder.path, 'sqlite', async () => {}));
    expect(refused).toMatchObject({ code: 'StoreDamaged' });
    expect(await allDamage(folder.path)).toContainEqual(expect.objectContaining({ kind: 'store' }));
  });

  test('has what is whole in its tail rescued by a repair, once', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    await leaveKilled(data, 2);
    rmSync(join(data, `${database}-wal`), { force: true });
    writeFileSync(join(data, database), '');
    const [event] = await repairAll(data);
    expect(event).toMatchObject({ kind: 'set aside', namespace: leftNamespace, aside: { changes: 6 } });
    const kept = readdirSync(join(data, '.groundmist/quarantine', leftNamespace));
    expect(kept.filter((name) => /\.change-\d+$/.test(name))).toHaveLength(6);
    expect((await repairAll(data)).filter(({ kind }) => kind === 'set aside')).toEqual([]);
  });

  test('is no damage where a server has only just made it', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('xyz/groundmist/library'), { recursive: true });
    writeFileSync(folder.at(database), '');
    expect(await allDamage(folder.path)).toEqual([]);
    expect(readFileSync(folder.at(database))).toHaveLength(0);
  });
});
