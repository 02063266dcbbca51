import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder, writeDurably } from '../durable-file.ts';
import { readTailAlone } from '../emptied-store.ts';
import { keep, type RebuildOptions } from './rebuild.ts';
import { salvage } from './salvage.ts';

/** A database of which no document could be read, and where it is now. */
export interface SetAside {
  readonly kept: string;
  /** Changes that were whole in its tail, each a file of its own beside it. */
  readonly changes: number;
}

/** Whether not one document can be read out of a database, so that one made anew would hide the loss. */
export function hasNoDocument(path: string): boolean {
  return !existsSync(`${path}.next`) && salvage(path).ids.size === 0;
}

/** Moves it to the quarantine with all that lies beside it: a namespace without a database stays damaged until its owner decides. */
export function setDatabaseAside({ path, quarantine, now }: RebuildOptions): SetAside {
  const kept = keep(path, quarantine, now);
  let changes = 0;
  for (const { change } of readTailAlone(`${path}-tail`)) {
    if (change === undefined) continue;
    changes += 1;
    writeDurably(`${kept}.change-${changes}`, change.bytes);
  }
  // The database goes last: a repair that was killed begins anew.
  for (const end of ['-shm', '-wal', '-tail', '']) rmSync(`${path}${end}`, { force: true });
  syncFolder(dirname(path));
  return { kept, changes };
}
