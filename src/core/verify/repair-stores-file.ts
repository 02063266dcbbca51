import { Database } from 'bun:sqlite';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '../failure.ts';
import { isNamespace, type Namespace } from '../lexicon/namespace.ts';
import { writeDurably } from '../store/durable-file.ts';
import { findNamespaces } from '../store/find-namespaces.ts';
import {
  documentsPath,
  namespaceDirectory,
  nodefsIndexPath,
  quarantineDirectory,
  storesPath,
} from '../store/layout.ts';
import { listStockDocuments } from '../store/stock-layout.ts';
import { StoresFile, storesText, type StoresEntry } from '../store/stores-file.ts';
import { isStoreBackend } from '../store/which-store.ts';

/**
 * What `stores.json` would say, told from what lies on disk; undefined where it says all that it should. What can be read
 * of it stays. A namespace with a database and originals that are not in it is left out, so that its import is taken up.
 */
export async function newStoresFile(dataDirectory: string): Promise<string | undefined> {
  const known = readEntries(dataDirectory);
  if (known !== undefined && [...known.values()].every(isKnown)) return undefined;
  const entries = new Map([...(known ?? [])].filter(([, entry]) => isKnown(entry)));
  const doubtful = known === undefined ? await findNamespaces(dataDirectory) : [...known.keys()];
  for (const namespace of doubtful) {
    if (entries.has(namespace) || !isNamespace(namespace)) continue;
    const { problems, replaced } = known?.get(namespace) ?? { problems: [] };
    const backend = (await backendOf(dataDirectory, namespace)) ?? usualWhereGone(dataDirectory, namespace);
    if (backend !== undefined) {
      entries.set(namespace, { backend, problems, ...(replaced !== undefined && { replaced }) });
    }
  }
  return storesText(entries);
}

/** Nothing lies there: the namespace stays named, so that it is missed. */
function usualWhereGone(dataDirectory: string, namespace: Namespace): string | undefined {
  return existsSync(namespaceDirectory(dataDirectory, namespace)) ? undefined : 'sqlite';
}

function isKnown({ backend }: StoresEntry): boolean {
  return isStoreBackend(backend);
}

/** Keeps the old one, whatever it is. */
export function replaceStoresFile(dataDirectory: string, text: string, now: number): void {
  const path = storesPath(dataDirectory);
  const quarantine = quarantineDirectory(dataDirectory);
  mkdirSync(quarantine, { recursive: true, mode: 0o700 });
  if (existsSync(path)) renameSync(path, join(quarantine, `${basename(path)}-${now}`));
  writeDurably(path, text);
}

/** Undefined where it cannot be read. */
function readEntries(dataDirectory: string): ReadonlyMap<string, StoresEntry> | undefined {
  try {
    return new Map(new StoresFile(dataDirectory).entries());
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function backendOf(dataDirectory: string, namespace: Namespace): Promise<string | undefined> {
  const database = documentsPath(dataDirectory, namespace);
  const originals = await listStockDocuments(namespaceDirectory(dataDirectory, namespace));
  if (!existsSync(database))
    return existsSync(nodefsIndexPath(dataDirectory, namespace)) ? 'nodefs' : undefined;
  if (originals.length === 0) return 'sqlite';
  const stored = idsIn(database);
  return originals.every((id) => stored.has(id)) ? 'sqlite' : undefined;
}

function idsIn(path: string): ReadonlySet<string> {
  try {
    using database = new Database(path, { readonly: true });
    const rows = database.query<{ id: string }, []>('SELECT id FROM document').all();
    return new Set(rows.map(({ id }) => id));
  } catch {
    return new Set();
  }
}
