import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import { statSync, writeFileSync } from 'node:fs';
import { openControlDatabase } from '../../../src/core/store/control-database.ts';
import { controlDatabasePath } from '../../../src/core/store/layout.ts';
import { prepareDataDirectory } from '../../../src/core/store/prepare-folders.ts';
import { temporaryFolder } from '../../support/folder.ts';

const first = { name: 'pets-1', sql: 'CREATE TABLE pet (name TEXT) STRICT' };
const second = { name: 'pets-2', sql: "INSERT INTO pet (name) VALUES ('cat')" };

test('runs each migration once, keeps what was there, and is for this user only', () => {
  using directory = temporaryFolder();
  prepareDataDirectory(directory.path);
  openControlDatabase(directory.path, [first]).close(true);
  openControlDatabase(directory.path, [first, second]).close(true);
  using database = openControlDatabase(directory.path, [first, second]);
  expect(database.query('SELECT name FROM pet').all()).toEqual([{ name: 'cat' }]);
  expect(statSync(controlDatabasePath(directory.path)).mode & 0o777).toBe(0o600);
});

test('what is no database any more is damage, said in a sentence that names the file', () => {
  using directory = temporaryFolder();
  prepareDataDirectory(directory.path);
  const path = controlDatabasePath(directory.path);
  writeFileSync(path, Buffer.alloc(8192, 'x'));
  const open = () => openControlDatabase(directory.path, [first]);
  expect(open).toThrow(Failure);
  expect(open).toThrow(`${path}, which says whom you let in, is damaged (SQLITE_NOTADB)`);
});

test('that of a newer groundmist is refused with a sentence that says what to do', () => {
  using directory = temporaryFolder();
  prepareDataDirectory(directory.path);
  openControlDatabase(directory.path, [first, second]).close(true);
  const open = () => openControlDatabase(directory.path, [first]);
  expect(open).toThrow(Failure);
  expect(open).toThrow('was used by a newer groundmist');
});
