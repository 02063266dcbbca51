import { expect, test } from 'bun:test';
import { existsSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { controlMigrations } from '../../../src/core/control-migrations.ts';
import { glance } from '../../../src/core/store/glance.ts';
import { openControlDatabase } from '../../../src/core/store/control-database.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { leaveData } from '../../support/left-data.ts';

const database = 'xyz/groundmist/library/documents.sqlite';
const control = '.groundmist/control.sqlite';
const sums = '.groundmist/sums';

async function leave(folder: TemporaryFolder): Promise<void> {
  await leaveData(folder.path, 'sqlite');
}

test('what was left in order is without fault, also after a copy to another disk', async () => {
  using folder = temporaryFolder();
  expect(glance(folder.path, false)).toEqual([]);
  await leave(folder);
  expect(glance(folder.path, false)).toEqual([]);
  const bytes = readFileSync(folder.at(database));
  rmSync(folder.at(database));
  writeFileSync(folder.at(database), bytes);
  utimesSync(folder.at(database), 1, 1);
  expect(glance(folder.path, false)).toEqual([]);
});

test.each([true, false])('a database that is gone is missed (with its sums: %p)', async (hasSums) => {
  using folder = temporaryFolder();
  await leave(folder);
  if (!hasSums) rmSync(folder.at(sums));
  rmSync(folder.at(database));
  expect(glance(folder.path, false)).toContainEqual({ path: database, fault: 'gone' });
});

test('without a server, who was let in is missed only where it was there', async () => {
  using folder = temporaryFolder();
  await leave(folder);
  rmSync(folder.at(control), { force: true });
  rmSync(folder.at(sums));
  expect(glance(folder.path, false)).toEqual([]);
  expect(glance(folder.path, true)).toEqual([{ path: control, fault: 'gone' }]);
});

test.each([true, false])(
  'a database that is emptied, cut or overwritten is seen (with its sums: %p)',
  async (hasSums) => {
    using folder = temporaryFolder();
    await leave(folder);
    if (!hasSums) rmSync(folder.at(sums));
    const sizeBytes = statSync(folder.at(database)).size;
    truncateSync(folder.at(database), sizeBytes - 4096);
    expect(glance(folder.path, false)).toEqual([{ path: database, fault: 'cut short' }]);
    truncateSync(folder.at(database), 50);
    expect(glance(folder.path, false)).toEqual([{ path: database, fault: 'no database' }]);
    truncateSync(folder.at(database), 0);
    expect(glance(folder.path, false)).toEqual([{ path: database, fault: 'emptied' }]);
    writeFileSync(folder.at(control), 'nonsense');
    expect(glance(folder.path, false)).toContainEqual({ path: control, fault: 'no database' });
  },
);

test('what grew while nobody held it was written by another', async () => {
  using folder = temporaryFolder();
  await leave(folder);
  truncateSync(folder.at(database), statSync(folder.at(database)).size + 4096);
  expect(glance(folder.path, false)).toEqual([{ path: database, fault: 'of another size' }]);
});

test('pages that are still in the log are not missing', async () => {
  using folder = temporaryFolder();
  await leave(folder);
  using opened = openControlDatabase(folder.path, [
    ...controlMigrations,
    { name: 'pets-1', sql: 'CREATE TABLE pet (name TEXT) STRICT' },
  ]);
  opened.run("INSERT INTO pet (name) VALUES ('cat')");
  expect(existsSync(folder.at(`${control}-wal`))).toBe(true);
  rmSync(folder.at(sums));
  expect(glance(folder.path, true)).toEqual([]);
});
