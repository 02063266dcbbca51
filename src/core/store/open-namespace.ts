import { lstat } from 'node:fs/promises';
import { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { hadDatabase } from './emptied-store.ts';
import { documentsPath, namespaceDirectory, nodefsIndexPath, tailPath } from './layout.ts';
import { isLocked } from './lock.ts';
import type { NamespaceReader } from './namespace-reader.ts';
import { IndexReader } from './nodefs/index-reader.ts';
import { SqliteReader } from './sqlite-reader.ts';
import { holdsStockDocuments } from './stock-layout.ts';
import { StockReader } from './stock-reader.ts';
import { StoresFile } from './stores-file.ts';

export interface OpenOptions {
  /** Where a database that a kill left unfinished is copied for a moment; outside the data directory. */
  readonly temporaryDirectory: string;
  /** Told what the person should know and nothing failed of. */
  readonly note: (sentence: string) => void;
}

/** The documents of a namespace, wherever their truth lies: in its database, or still in the stock layout. */
export async function openNamespace(
  dataDirectory: string,
  namespace: Namespace,
  { temporaryDirectory, note }: OpenOptions,
): Promise<NamespaceReader> {
  if (await livesInStockLayout(dataDirectory, namespace)) {
    const index = new IndexReader(nodefsIndexPath(dataDirectory, namespace), {
      temporaryDirectory,
      hasWriter: () => isLocked(dataDirectory),
      onCopyBesideWriter: () => {},
    });
    return new StockReader(namespaceDirectory(dataDirectory, namespace), index);
  }
  const database = new ReadOnlyDatabase(documentsPath(dataDirectory, namespace), {
    temporaryDirectory,
    hasWriter: () => isLocked(dataDirectory),
    onCopyBesideWriter: () =>
      note(
        `${namespace}: the running server's log cannot be read in place, so this is a copy of this moment.`,
      ),
  });
  return new SqliteReader(database, {
    tailPath: tailPath(dataDirectory, namespace),
    hadDocuments: () => hadDatabase(dataDirectory, namespace),
  });
}

/**
 * Whether the truth of a namespace lies in files of the stock layout. Until its import is complete nobody writes to its
 * database, and the originals have it all.
 */
export async function livesInStockLayout(dataDirectory: string, namespace: Namespace): Promise<boolean> {
  const database = await lstat(documentsPath(dataDirectory, namespace)).catch(() => undefined);
  if (!database?.isFile()) return true;
  const backend = backendOf(dataDirectory, namespace);
  if (backend !== undefined) return backend === 'nodefs';
  return holdsStockDocuments(namespaceDirectory(dataDirectory, namespace));
}

/** A `stores.json` that cannot be read is the server's trouble: its databases still say what is in them. */
function backendOf(dataDirectory: string, namespace: Namespace): string | undefined {
  try {
    return new StoresFile(dataDirectory).get(namespace)?.backend;
  } catch {
    return 'sqlite';
  }
}
