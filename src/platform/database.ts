import { Database, SQLiteError } from 'bun:sqlite';

/** One step forward of a group of tables. Names are for ever; steps are never edited, only added. */
export interface Migration {
  /** `sessions-1`: the name of the group and a number. */
  readonly name: string;
  readonly sql: string;
}

/** Somebody who knows more steps than we do has brought this database forward: what is in it now means more than we would see. */
export class NewerDatabaseError extends Error {
  constructor(steps: readonly string[]) {
    super(`made by steps that are not known here: ${steps.join(', ')}`);
    this.name = 'NewerDatabaseError';
  }
}

/**
 * Opens a database for one writer and brings its tables up to date: WAL, every commit on disk before it returns.
 * `synchronous=FULL` syncs the WAL at each commit (https://sqlite.org/pragma.html#pragma_synchronous).
 * `migrations` are all that there are of it, or none; `NewerDatabaseError` where others were made.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = []): Database {
  try {
    return openShared(path, migrations);
  } catch (error) {
    if (!isWithoutRoom(error)) throw error;
    return openAlone(path, migrations);
  }
}

function openShared(path: string, migrations: readonly Migration[]): Database {
  return openWith(path, migrations, ['PRAGMA journal_mode = WAL']);
}

/**
 * The same where the disk has no room for the index of the log, which then stays in memory: what is stored can be
 * read, and other programs cannot read beside us (https://sqlite.org/wal.html#use_of_wal_without_shared_memory).
 */
function openAlone(path: string, migrations: readonly Migration[]): Database {
  return openWith(path, migrations, ['PRAGMA locking_mode = EXCLUSIVE', 'PRAGMA journal_mode = WAL']);
}

function openWith(path: string, migrations: readonly Migration[], modes: readonly string[]): Database {
  const database = new Database(path, { create: true, readwrite: true, strict: true });
  try {
    // First, for the change to WAL waits for other programs that read too.
    database.run('PRAGMA busy_timeout = 2000');
    for (const mode of modes) database.run(mode);
    database.run('PRAGMA synchronous = FULL');
    database.run('PRAGMA foreign_keys = ON');
    database.run('PRAGMA wal_autocheckpoint = 4000');
    bringForward(database, migrations);
    return database;
  } catch (error) {
    database.close(true);
    throw error;
  }
}

function isWithoutRoom(error: unknown): boolean {
  return error instanceof SQLiteError && error.code === 'SQLITE_IOERR_SHMSIZE';
}

/** Makes the steps that are missing, where all that were made are known here. */
export function bringForward(database: Database, migrations: readonly Migration[]): void {
  if (migrations.length > 0) refuseNewer(database, migrations);
  migrate(database, migrations);
}

/** Changes nothing; throws `NewerDatabaseError` where steps were made that are not among these, which are all that we know. */
export function refuseNewer(database: Database, migrations: readonly Migration[]): void {
  const table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
  if (database.query(table).get() === null) return;
  const made = database.query<{ name: string }, []>('SELECT name FROM migration').all();
  const unknown = made
    .map(({ name }) => name)
    .filter((name) => migrations.every((step) => step.name !== name));
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
}

/** Makes those of these steps that were not made; each runs once, whole or not at all. */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  database.run('CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID');
  const isDone = database.query<{ name: string }, [string]>('SELECT name FROM migration WHERE name = ?');
  const markDone = database.query('INSERT INTO migration (name) VALUES (?)');
  for (const step of migrations) {
    database
      .transaction(() => {
        if (isDone.get(step.name)) return;
        database.run(step.sql);
        markDone.run(step.name);
      })
      .immediate();
  }
}
