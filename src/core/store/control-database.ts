import type { Database } from 'bun:sqlite';
import { openDatabase, type Migration } from '../../platform/database.ts';
import { controlDatabasePath } from './layout.ts';
import { createPrivateFile } from './private-file.ts';

/** Opens devices, approvals, sessions and the like, for this user only, with the tables of those who keep something in it. */
export function openControlDatabase(dataDirectory: string, migrations: readonly Migration[]): Database {
  const path = controlDatabasePath(dataDirectory);
  createPrivateFile(path);
  return openDatabase(path, migrations);
}
