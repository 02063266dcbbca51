import { Database } from 'bun:sqlite';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
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

/**
 * What `stores.json` would say, told from what lies on disk; undefined where it can be read. A namespace with a database
 * and originals that are not in it is left out, so that its import is taken up.
 */
export async function newStoresFile(dataDirectory: string): Promise<string | undefined> {
  if (!isBroken(dataDirectory)) return undefined;
  const entries: (readonly [Namespace, StoresEntry])[] = [];
  for (const namespace of await findNamespaces(dataDirectory)) {
    const backend = await backendOf(dataDirectory, namespace);
    if (backend !== undefined) entries.push([namespace, { backend, problems: [] }]);
  }
  return storesText(entries);
}

/** Keeps the old one, whatever it is. */
export function replaceStoresFile(dataDirectory: string, text: string, now: number): void {
  const path = storesPath(dataDirectory);
  const quarantine = quarantineDirectory(dataDirectory);
  mkdirSync(quarantine, { recursive: true, mode: 0o700 });
  if (existsSync(path)) renameSync(path, join(quarantine, `${basename(path)}-${now}`));
  writeDurably(path, text);
}

function isBroken(dataDirectory: string): boolean {
  try {
    void new StoresFile(dataDirectory);
    return false;
  } catch (error) {
    if (error instanceof Failure) return true;
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
