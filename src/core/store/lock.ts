import { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { lockPath } from './layout.ts';

/** Whether a server holds the data directory now; true also where that cannot be told. Writes nothing. */
export function isLocked(dataDirectory: string): boolean {
  const path = lockPath(dataDirectory);
  if (!existsSync(path)) return false;
  try {
    using database = new Database(path, { readonly: true });
    database.query('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch {
    return true;
  }
}
