import type { Database } from 'bun:sqlite';
import { errorCode } from './error-code.ts';

const mostProblems = 20;

/** What SQLite finds wrong with a whole database, each the rest of a sentence; none where it is sound. */
export function integrityProblems(database: Database): string[] {
  try {
    return database
      .query<{ integrity_check: string }, []>(`PRAGMA integrity_check(${mostProblems})`)
      .all()
      .map(({ integrity_check: text }) => text.replaceAll('\n', ', '))
      .filter((text) => text !== 'ok');
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || !/^SQLITE_(?:NOTADB|CORRUPT|ERROR|FORMAT)/.test(code)) throw error;
    return [`it does not read as a database (${code})`];
  }
}
