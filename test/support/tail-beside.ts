import type { Database } from 'bun:sqlite';
import { readTailFile } from '../../src/core/store/tail-reading.ts';
import { recoverTail, type RecoveredChange } from '../../src/core/store/tail-recovery.ts';
import { TailTable } from '../../src/core/store/tail-table.ts';

/** Where the tail of a namespace lies, by its database. */
export function tailBeside({ filename }: Pick<Database, 'filename'>): string {
  return `${filename}-tail`;
}

/** What lies in the tail and may not be in the documents yet. */
export function tailChanges(database: Database): readonly RecoveredChange[] {
  const salt = new TailTable(database).salt();
  const bytes = readTailFile(tailBeside(database));
  return salt === undefined || bytes === undefined ? [] : recoverTail(bytes, salt).changes;
}
