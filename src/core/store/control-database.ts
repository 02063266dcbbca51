import { SQLiteError, type Database } from 'bun:sqlite';
import { NewerDatabaseError, openDatabase, type Migration } from '../../platform/database.ts';
import { controlDatabasePath } from './layout.ts';
import { createPrivateFile } from './private-file.ts';
import { toStoreFailure } from './store-failure.ts';

/**
 * Opens devices, approvals, sessions and the like, for this user only, with the tables of those who keep something in it.
 * `StoreUnavailable` or `StoreDamaged` where SQLite cannot, `StoreNewer` where a newer groundmist has been there.
 */
export function openControlDatabase(dataDirectory: string, migrations: readonly Migration[]): Database {
  const path = controlDatabasePath(dataDirectory);
  createPrivateFile(path);
  try {
    return openDatabase(path, migrations);
  } catch (error) {
    throw error instanceof SQLiteError || error instanceof NewerDatabaseError
      ? toStoreFailure(error, `${path}, which says whom you let in,`)
      : error;
  }
}

/** Writes to the control database, all of `work` or nothing. `StoreUnavailable` or `StoreDamaged` where SQLite cannot. */
export function writeControl<Result>(database: Database, work: () => Result): Result {
  try {
    return database.transaction(work).immediate();
  } catch (error) {
    throw error instanceof SQLiteError ? toStoreFailure(error, 'The control database') : error;
  }
}
