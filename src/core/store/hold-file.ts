import { Database } from 'bun:sqlite';
import { createPrivateFile } from './private-file.ts';

/** A probe of `inspect` takes a shared lock for less than a millisecond; who holds a file does for long. */
const patienceMs = 250;

/**
 * Holds a file that nothing else opens until it is disposed: `BEGIN EXCLUSIVE`, freed by the kernel also after kill -9.
 * Throws `SQLITE_BUSY` where another process has it.
 */
export function holdFile(path: string): Disposable {
  createPrivateFile(path);
  const database = new Database(path, { readwrite: true });
  try {
    database.run(`PRAGMA busy_timeout = ${patienceMs}`);
    // An empty database gets its first page in the transaction, never on disk: its journal must need no room there.
    database.run('PRAGMA journal_mode = MEMORY');
    database.run('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close(true);
    throw error;
  }
  return { [Symbol.dispose]: () => database.close(true) };
}
