import { existsSync, lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { refuseNewer, type Migration } from '../../platform/database.ts';
import { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import type { Failure } from '../failure.ts';
import { isNamespace } from '../lexicon/namespace.ts';
import { documentTablesMigrations } from './documents-database.ts';
import { controlDatabasePath, documentsPath } from './layout.ts';
import { toStoreFailure } from './store-failure.ts';
import { StoresFile } from './stores-file.ts';

/**
 * The refusal of the first database that a newer groundmist has brought forward; undefined where there is none. For a data directory that
 * no server has, and changes nothing. What cannot be read, and what a log that nobody has read holds, others tell of.
 */
export async function findNewer(
  dataDirectory: string,
  controlTables: readonly Migration[],
): Promise<Failure | undefined> {
  const control = controlDatabasePath(dataDirectory);
  const controlRefusal = await whyNewer(control, `${control}, which says whom you let in,`, controlTables);
  if (controlRefusal) return controlRefusal;
  for (const [namespace, { backend }] of new StoresFile(dataDirectory).entries()) {
    if (backend !== 'sqlite' || !isNamespace(namespace)) continue;
    const path = documentsPath(dataDirectory, namespace);
    const refusal = await whyNewer(path, path, documentTablesMigrations);
    if (refusal) return refusal;
  }
  return undefined;
}

async function whyNewer(
  path: string,
  what: string,
  migrations: readonly Migration[],
): Promise<Failure | undefined> {
  if (!existsSync(path) || hasLog(path)) return undefined;
  using database = new ReadOnlyDatabase(path, {
    hasWriter: () => false,
    temporaryDirectory: tmpdir(),
    onCopyBesideWriter: () => {},
  });
  try {
    await database.read((opened) => refuseNewer(opened, migrations));
    return undefined;
  } catch (error) {
    const failure = toStoreFailure(error, what);
    return failure.code === 'StoreNewer' ? failure : undefined;
  }
}

/** Only a copy of the whole database would be read with it. */
function hasLog(path: string): boolean {
  return (lstatSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
