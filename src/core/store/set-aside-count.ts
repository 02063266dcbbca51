import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { readFolder } from './folder.ts';
import { documentsPath, namespaceQuarantine } from './layout.ts';
import { isLocked } from './lock.ts';

/** How many pieces of a namespace are in quarantine, in its database and beside it. Writes nothing; a server may run. */
export async function countSetAside(dataDirectory: string, namespace: Namespace): Promise<number> {
  const files = await readFolder(namespaceQuarantine(dataDirectory, namespace));
  const kept = files.filter(({ name }) => !name.endsWith('.json')).length;
  const path = documentsPath(dataDirectory, namespace);
  if (!existsSync(path)) return kept;
  using database = new ReadOnlyDatabase(path, {
    hasWriter: () => isLocked(dataDirectory),
    temporaryDirectory: tmpdir(),
    onCopyBesideWriter: () => {},
  });
  return kept + (await database.read((opened) => countRows(opened)));
}

function countRows(database: Parameters<Parameters<ReadOnlyDatabase['read']>[0]>[0]): number {
  return database.query<{ count: number }, []>('SELECT count(*) AS count FROM quarantine').get()?.count ?? 0;
}
