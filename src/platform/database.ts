import { Database } from 'bun:sqlite';

/** One step forward of a group of tables. Names are for ever; steps are never edited, only added. */
export interface Migration {
  /** `sessions-1`: the name of the group and a number. */
  readonly name: string;
  readonly sql: string;
}

/**
 * Opens a database for one writer and brings its tables up to date: WAL, every commit on disk before it returns.
 * `synchronous=FULL` syncs the WAL at each commit (https://sqlite.org/pragma.html#pragma_synchronous).
 */
export function openDatabase(path: string, migrations: readonly Migration[] = []): Database {
  const database = new Database(path, { create: true, readwrite: true, strict: true });
  try {
    // First, for the change to WAL waits for other programs that read too.
    database.run('PRAGMA busy_timeout = 2000');
    database.run('PRAGMA journal_mode = WAL');
    database.run('PRAGMA synchronous = FULL');
    database.run('PRAGMA foreign_keys = ON');
    database.run('PRAGMA wal_autocheckpoint = 4000');
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close(true);
    throw error;
  }
}

/** Brings the tables up to date; each step runs once, whole or not at all. */
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
