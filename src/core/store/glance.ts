import { closeSync, openSync, readSync, lstatSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isNamespace } from '../lexicon/namespace.ts';
import { hasErrorCode } from './error-code.ts';
import { controlDatabasePath, documentsPath, quarantineDirectory } from './layout.ts';
import { StoresFile } from './stores-file.ts';
import { leftFiles } from './sums.ts';

/** A file of ours that is not as it has to be, as the file system and its first bytes tell. */
export interface GlanceFault {
  /** From the data directory. */
  readonly path: string;
  readonly fault: 'gone' | 'emptied' | 'of another size' | 'no database' | 'cut short';
}

/**
 * What is wrong with the files of a data directory as far as that is seen without reading them: those that the last
 * holder of the lock left, those that `stores.json` names, and those of a server that runs. `StoreDamaged` where
 * `stores.json` does not read.
 */
export function glance(dataDirectory: string, isRunning: boolean): readonly GlanceFault[] {
  const within = (path: string): string => relative(dataDirectory, path);
  const stored = [...new StoresFile(dataDirectory).entries()].flatMap(([namespace, { backend, replaced }]) =>
    backend === 'sqlite' && replaced === undefined && isNamespace(namespace)
      ? [within(documentsPath(dataDirectory, namespace))]
      : [],
  );
  const control = within(controlDatabasePath(dataDirectory));
  const quarantine = `${within(quarantineDirectory(dataDirectory))}/`;
  const left = leftFiles(dataDirectory);
  const expected = new Set([...stored, ...(isRunning ? [control] : []), ...left.keys()]);
  // A command that works alone makes none of it, and what a crash cut off before the first table is nobody's loss.
  const databases = new Set([...stored, control]);
  return [...new Set([...expected, control])].flatMap((path) => {
    const file = join(dataDirectory, path);
    const sizeBytes = lstatSync(file, { throwIfNoEntry: false })?.size;
    // The owner may throw away what is in quarantine.
    const isMissed = expected.has(path) && !path.startsWith(quarantine);
    if (sizeBytes === undefined) return isMissed && left.get(path) !== 0 ? [{ path, fault: 'gone' }] : [];
    if (sizeBytes === 0 && databases.has(path) && stored.length > 0) return [{ path, fault: 'emptied' }];
    const fault = sizeBytes > 0 && databases.has(path) ? databaseFault(file, sizeBytes) : undefined;
    if (fault !== undefined) return [{ path, fault }];
    const leftBytes = left.get(path);
    return leftBytes === undefined || leftBytes === sizeBytes ? [] : [{ path, fault: 'of another size' }];
  });
}

/** The header of a database (https://sqlite.org/fileformat2.html#the_database_header). */
const headerBytes = 100;
const magic = 'SQLite format 3\0';
const pageSizeAt = 16;
const changesAt = 24;
const pagesAt = 28;
const sizedAtChange = 92;
/** What does not fit into the two bytes of the size of a page. */
const largestPageWord = 1;
const largestPageBytes = 65_536;

function databaseFault(path: string, sizeBytes: number): GlanceFault['fault'] | undefined {
  const header = readStart(path);
  if (header === undefined) return undefined;
  if (header.length < headerBytes || header.toString('latin1', 0, magic.length) !== magic)
    return 'no database';
  const pageWord = header.readUInt16BE(pageSizeAt);
  const pageBytes = pageWord === largestPageWord ? largestPageBytes : pageWord;
  const isSized = header.readUInt32BE(changesAt) === header.readUInt32BE(sizedAtChange);
  const isLogged = (lstatSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  // Pages that are still in the log are not missing here.
  return isSized && !isLogged && sizeBytes < pageBytes * header.readUInt32BE(pagesAt)
    ? 'cut short'
    : undefined;
}

/** Undefined where this user may not read it, or it is gone meanwhile. */
function readStart(path: string): Buffer | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(headerBytes);
      return header.subarray(0, readSync(file, header, 0, headerBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (hasErrorCode(error, 'EACCES') || hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
