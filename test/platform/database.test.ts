import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { readdirSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NewerDatabaseError, openDatabase, type Migration } from '../../src/platform/database.ts';
import { readLines } from '../support/child-lines.ts';
import { temporaryFolder } from '../support/folder.ts';

const descriptors = '/proc/self/fd';

/** What this process has open below `folder`. */
function openFiles(folder: string): readonly string[] {
  return readdirSync(descriptors)
    .flatMap((name) => {
      try {
        return [readlinkSync(`${descriptors}/${name}`)];
      } catch {
        // The descriptor of the listing itself is closed by now.
        return [];
      }
    })
    .filter((path) => path.startsWith(realpathSync(folder)));
}

const numbers: Migration = { name: 'numbers-1', sql: 'CREATE TABLE number (value INTEGER) STRICT' };

test('a new database syncs each commit, with its tables', () => {
  using folder = temporaryFolder();
  using database = openDatabase(folder.at('a.sqlite'), [numbers]);
  expect(database.query('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.query('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  expect(database.query('SELECT count(*) AS count FROM number').get()).toEqual({ count: 0 });
});

test('each migration runs once, also over several openings', () => {
  using folder = temporaryFolder();
  const more: Migration = { name: 'numbers-2', sql: 'INSERT INTO number (value) VALUES (42)' };
  for (const migrations of [[numbers], [numbers, more], [numbers, more]]) {
    using database = openDatabase(folder.at('a.sqlite'), migrations);
    const count = migrations.length - 1;
    expect(database.query('SELECT count(*) AS count FROM number').get()).toEqual({ count });
  }
});

test('what somebody brought further than we know is refused, and left as it was', () => {
  using folder = temporaryFolder();
  const ours: Migration = { name: 'numbers-3', sql: 'CREATE TABLE third (value INTEGER) STRICT' };
  const theirs: Migration = { name: 'numbers-2', sql: 'CREATE TABLE second (value INTEGER) STRICT' };
  openDatabase(folder.at('a.sqlite'), [numbers, theirs]).close(true);
  const open = () => openDatabase(folder.at('a.sqlite'), [numbers, ours]);
  expect(open).toThrow(NewerDatabaseError);
  expect(open).toThrow('numbers-2');
  using database = openDatabase(folder.at('a.sqlite'));
  const tables = database.query("SELECT name FROM sqlite_schema WHERE name = 'third'").values();
  expect(tables).toEqual([]);
});

describe.skipIf(process.platform !== 'linux')('an opening that fails leaves no file open', () => {
  test('because it is no database', () => {
    using folder = temporaryFolder();
    writeFileSync(
      folder.at('a.sqlite'),
      'not a database, for longer than the 100 bytes of its header'.repeat(9),
    );
    expect(() => openDatabase(folder.at('a.sqlite'))).toThrow('not a database');
    expect(openFiles(folder.path)).toEqual([]);
  });

  test('because a migration does, which is undone as a whole', () => {
    using folder = temporaryFolder();
    const broken: Migration = {
      name: 'numbers-2',
      sql: 'CREATE TABLE half (value TEXT) STRICT; CREATE NONSENSE',
    };
    expect(() => openDatabase(folder.at('a.sqlite'), [numbers, broken])).toThrow('syntax error');
    expect(openFiles(folder.path)).toEqual([]);
    using database = openDatabase(folder.at('a.sqlite'));
    const tables = database
      .query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .values();
    expect(tables).toEqual([['migration'], ['number']]);
  });
});

/** How another process fares that opens a new database while we read it, and stop when it has begun. */
async function openBesideReader(path: string): Promise<string> {
  using reader = new Database(path);
  reader.run('CREATE TABLE any (one TEXT)');
  reader.run('BEGIN');
  reader.query('SELECT * FROM any').all();
  const script = join(import.meta.dir, 'open-beside-reader.ts');
  const opening = Bun.spawn([process.execPath, '--no-env-file', script, path], {
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const lines = readLines(opening.stdout);
  expect((await lines.next()).value).toBe('opening');
  reader.run('COMMIT');
  const { value } = await lines.next();
  return value ?? (await new Response(opening.stderr).text());
}

test('a new database that another program looks at for a moment opens when that one is done', async () => {
  using folder = temporaryFolder();
  // Many, for whether the other process meets our lock is a matter of microseconds.
  const paths = Array.from({ length: 16 }, (_, index) => join(folder.path, `${index}.sqlite`));
  const outcomes = await Promise.all(paths.map(openBesideReader));
  expect(outcomes).toEqual(paths.map(() => 'opened'));
});
