import { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { isNamespace, type Namespace } from '../lexicon/namespace.ts';
import { hasTable } from '../store/database-schema.ts';
import type { DocumentId } from '../store/document-id.ts';
import {
  controlDatabasePath,
  documentsPath,
  namespaceDirectory,
  nodefsIndexPath,
  storesPath,
} from '../store/layout.ts';
import { isLocked } from '../store/lock.ts';
import { IndexReader } from '../store/nodefs/index-reader.ts';
import type { StoresFile } from '../store/stores-file.ts';
import { storeGone } from '../store/which-store.ts';

/** `StoreDamaged` where a store that `stores.json` names is gone, or the control database that was beside it. */
export function refuseMissingStores(stores: StoresFile, dataDirectory: string): void {
  let count = 0;
  for (const [namespace, { backend }] of stores.entries()) {
    if (!isNamespace(namespace)) continue;
    count += 1;
    const path = (backend === 'nodefs' ? namespaceDirectory : documentsPath)(dataDirectory, namespace);
    if (!existsSync(path)) throw storeGone(namespace, path, storesPath(dataDirectory));
  }
  const control = controlDatabasePath(dataDirectory);
  if (count > 0 && !existsSync(control)) throw controlLost(control, 'is gone');
}

/** `StoreDamaged` where the copy of the control database has nothing in it: the original was emptied. */
export function refuseEmptyControl(copy: string, original: string): void {
  using database = new Database(copy, { readonly: true });
  if (!hasTable(database, 'migration')) throw controlLost(original, 'is empty');
}

/** A database without tables that was more than that, as its tail or `stores.json` says. */
export function storeEmptied(namespace: Namespace, path: string): Failure {
  return new Failure(
    'StoreDamaged',
    `The documents of ${namespace} were stored in ${path}, and that is empty now. No backup is made, for it would be one without them. Bring the file back from a backup.`,
  );
}

export interface KnownOptions {
  readonly dataDirectory: string;
  readonly temporaryDirectory: string;
}

/** The documents that a namespace of files had, as far as its index knows; nothing where that is lost. */
export async function knownDocuments(
  namespace: Namespace,
  { dataDirectory, temporaryDirectory }: KnownOptions,
): Promise<readonly DocumentId[]> {
  using index = new IndexReader(nodefsIndexPath(dataDirectory, namespace), {
    temporaryDirectory,
    hasWriter: () => isLocked(dataDirectory),
    onCopyBesideWriter: () => {},
  });
  return index.documents();
}

/** `StoreDamaged` where a namespace of files has none of the documents that its index knows. */
export async function refuseEmptiedFolders(
  stores: StoresFile,
  found: readonly Namespace[],
  options: KnownOptions,
): Promise<void> {
  for (const [namespace, { backend }] of stores.entries()) {
    if (backend !== 'nodefs' || !isNamespace(namespace) || found.includes(namespace)) continue;
    if ((await knownDocuments(namespace, options)).length === 0) continue;
    throw storeEmptied(namespace, namespaceDirectory(options.dataDirectory, namespace));
  }
}

function controlLost(path: string, what: string): Failure {
  return new Failure(
    'StoreDamaged',
    `The database of apps and devices, ${path}, ${what}. No backup is made, for it would be one without them. Bring the file back from a backup; or, to go on without and approve each app anew, move what is left of it away and start \`groundmist serve\`.`,
  );
}
