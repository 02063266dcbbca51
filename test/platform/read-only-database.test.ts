import type { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../src/platform/database.ts';
import { DatabaseUnsteadyError, ReadOnlyDatabase } from '../../src/platform/read-only-database.ts';
import { temporaryFolder } from '../support/folder.ts';

function count(database: Database): number | undefined {
  return database.query<{ rows: number }, []>('SELECT count(*) AS rows FROM row').get()?.rows;
}

describe('a log that nobody seems to write', () => {
  test('is copied again where it grew while it was copied', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'rows.sqlite');
    using writer = openDatabase(path);
    writer.run('CREATE TABLE row (number INTEGER)');
    let writesLeft = 2;
    using reading = new ReadOnlyDatabase(path, {
      temporaryDirectory: folder.path,
      onCopyBesideWriter: () => {},
      hasWriter: () => {
        if (writesLeft > 0) writer.run('INSERT INTO row VALUES (1)');
        writesLeft -= 1;
        return false;
      },
    });
    expect(await reading.read(count)).toBe(2);
    expect(writesLeft).toBe(-1);
  });

  test('that never holds still is an error and leaves no copy', async () => {
    using folder = temporaryFolder();
    using temporary = temporaryFolder();
    const path = join(folder.path, 'rows.sqlite');
    using writer = openDatabase(path);
    writer.run('CREATE TABLE row (number INTEGER)');
    using reading = new ReadOnlyDatabase(path, {
      temporaryDirectory: temporary.path,
      onCopyBesideWriter: () => {},
      hasWriter: () => {
        writer.run('INSERT INTO row VALUES (1)');
        return false;
      },
    });
    const outcome = await reading.read(count).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(DatabaseUnsteadyError);
    expect(readdirSync(temporary.path)).toEqual([]);
  });
});

test('a query that fails on an unchanged database fails with the error of SQLite', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'rows.sqlite');
  openDatabase(path).close(true);
  using reading = new ReadOnlyDatabase(path, {
    temporaryDirectory: folder.path,
    onCopyBesideWriter: () => {},
    hasWriter: () => false,
  });
  const outcome = await reading.read(count).catch((error: unknown) => error);
  expect(outcome).toMatchObject({ code: 'SQLITE_ERROR' });
});

test('a path with characters that mean something in a URI is opened', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'a b?c#d%20e&f.sqlite');
  using writer = openDatabase(path);
  writer.run('CREATE TABLE row (number INTEGER)');
  writer.close(true);
  const before = statSync(path).mtimeMs;
  using reading = new ReadOnlyDatabase(path, {
    temporaryDirectory: folder.path,
    onCopyBesideWriter: () => {},
    hasWriter: () => false,
  });
  expect(await reading.read(count)).toBe(0);
  expect(statSync(path).mtimeMs).toBe(before);
  expect(readdirSync(folder.path)).toEqual(['a b?c#d%20e&f.sqlite']);
});
