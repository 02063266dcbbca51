import type { Database } from 'bun:sqlite';
import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { hasTable } from './database-schema.ts';
import { storesPath, tailPath } from './layout.ts';
import { readIfThere } from './read-if-there.ts';
import { StoresFile } from './stores-file.ts';
import { tailHeaderBytes } from './tail-header.ts';
import { recoverTail, type RecoveredChange } from './tail-recovery.ts';

/**
 * Whether a namespace had documents in its database: `stores.json` names it, or a tail with changes lies beside it. To be
 * asked before the database is read, for a server marks a namespace once its tables are there.
 */
export function hadDatabase(dataDirectory: string, namespace: Namespace): boolean {
  return isMarked(dataDirectory, namespace) || readTailAlone(tailPath(dataDirectory, namespace)).length > 0;
}

/** Of a namespace that had documents: as good as gone. */
export function isEmptied(database: Database): boolean {
  return !hasTable(database, 'document') || !hasTable(database, 'chunk');
}

/** What lies in a tail of which nobody knows the database: its header says by itself which checksums it has. */
export function readTailAlone(path: string): readonly RecoveredChange[] {
  const tail = readIfThere(path);
  if (tail === undefined || tail.length < tailHeaderBytes) return [];
  return recoverTail(tail, tail.readBigUInt64LE(tailHeaderBytes - 8)).changes;
}

/** To fill it anew would hide the loss. */
export function storeEmptied(namespace: Namespace, path: string, dataDirectory: string): Failure {
  return new Failure(
    'StoreDamaged',
    `The documents of ${namespace} were stored in ${path}, and its store is empty: not even its tables are there. Bring it back from a backup; or, to start again from what the devices have, move it away and take ${namespace} out of ${storesPath(dataDirectory)}.`,
  );
}

function isMarked(dataDirectory: string, namespace: Namespace): boolean {
  try {
    const entry = new StoresFile(dataDirectory).get(namespace);
    return entry !== undefined && entry.backend !== 'nodefs';
  } catch (error) {
    if (error instanceof Failure) return false; // It is told by itself.
    throw error;
  }
}
