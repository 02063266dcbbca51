import { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { lockPath } from './layout.ts';

/** Whether a server holds the data directory now. Writes nothing. */
export function isLocked(dataDirectory: string): boolean {
  const path = lockPath(dataDirectory);
  if (!existsSync(path)) return false;
  using database = new Database(path, { readonly: true });
  try {
    database.run('SELECT count(*) FROM sqlite_master');
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return true;
    throw error;
  }
}
