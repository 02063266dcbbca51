import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../failure.ts';
import type { Namespace } from '../../lexicon/namespace.ts';
import type { DocumentStore } from '../document-store.ts';
import { syncFolder } from '../durable-file.ts';
import { conversionDirectory, namespaceDirectory, storesPath, supersededDirectory } from '../layout.ts';
import type { StoresEntry, StoresFile } from '../stores-file.ts';
import type { StoreBackend } from '../stores.ts';
import { storeGone } from '../which-store.ts';
import { copyDocuments, quarantined } from './copy-documents.ts';
import type { ConversionGround, StoreForm } from './form.ts';
import { nodefsForm } from './nodefs-form.ts';
import type { Pending } from './pending.ts';
import { sqliteForm } from './sqlite-form.ts';

export interface ConvertOptions extends ConversionGround {
  readonly file: StoresFile;
  readonly to: StoreBackend;
  readonly signal: AbortSignal;
  /** Hears of each batch of documents that is copied. */
  told(count: number, namespace: Namespace): void;
}

const forms: Readonly<Record<StoreBackend, StoreForm>> = { sqlite: sqliteForm, nodefs: nodefsForm };
const ownerOnly = 0o700;

/**
 * Writes and compares all of a namespace, as the wanted backend keeps it, in a folder of its own, which nobody looks at.
 * Gives how many documents there are.
 */
export async function stageCopy({ namespace, from }: Pending, options: ConvertOptions): Promise<number> {
  const { dataDirectory } = options;
  const path = forms[from].path(dataDirectory, namespace);
  if (!existsSync(path)) throw storeGone(namespace, path, storesPath(dataDirectory));
  const staging = conversionDirectory(dataDirectory, namespace);
  emptyStaging(staging, dataDirectory, namespace);
  return copyInto(staging, namespace, from, options);
}

/**
 * Moves what `stageCopy` wrote beside what is there. It counts from the moment that `stores.json` says so, and nobody looks
 * at files of a backend that `stores.json` does not name: a kill at any point leaves the old or the new. Gives the folders with
 * what was there before.
 */
export async function putInForce(pending: Pending, options: ConvertOptions): Promise<readonly string[]> {
  const { namespace, from } = pending;
  const { dataDirectory, file, to } = options;
  // Nobody looked at it: stock files that were imported once, or an attempt that was killed right here.
  const keptIn = await moveAway(to, namespace, options);
  await forms[to].moveIn(options, namespace, conversionDirectory(dataDirectory, namespace));
  file.set(namespace, { ...entryOf(file, namespace), backend: to, replaced: from });
  return [...keptIn, ...(await putAside(pending, options))];
}

/** Puts aside what the backend before left in its place, and forgets that it is there. */
export async function putAside(
  { namespace, from }: Pending,
  options: ConvertOptions,
): Promise<readonly string[]> {
  const keptIn = await moveAway(from, namespace, options);
  const { replaced: _, ...entry } = entryOf(options.file, namespace);
  options.file.set(namespace, entry);
  return keptIn;
}

/** Also of a killed run. */
export function removeStaging(dataDirectory: string, namespace: Namespace): void {
  rmSync(conversionDirectory(dataDirectory, namespace), { recursive: true, force: true });
}

async function moveAway(
  backend: StoreBackend,
  namespace: Namespace,
  options: ConvertOptions,
): Promise<readonly string[]> {
  const folders: string[] = [];
  await forms[backend].moveAway(options, namespace, () => {
    const folder = nextFolder(supersededDirectory(options.dataDirectory, namespace));
    folders.push(folder);
    return folder;
  });
  return folders;
}

async function copyInto(
  staging: string,
  namespace: Namespace,
  from: StoreBackend,
  options: ConvertOptions,
): Promise<number> {
  const { signal, told, to } = options;
  const source = await forms[from].open(options, namespace);
  try {
    const target = await forms[to].openStaged(options, staging);
    const copied = await closing(target, () =>
      copyDocuments({ from: source, to: target, signal, told: (count) => told(count, namespace) }),
    );
    await forms[to].remember(staging, copied);
    await forms[to].keepAside(staging, quarantined(source));
    return copied.length;
  } finally {
    await source.close();
  }
}

async function closing<Result>(store: DocumentStore, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    await store.close();
  }
}

/** What a killed run left there is no store. */
function emptyStaging(staging: string, dataDirectory: string, namespace: Namespace): void {
  removeStaging(dataDirectory, namespace);
  mkdirSync(staging, { recursive: true, mode: ownerOnly });
  const base = namespaceDirectory(dataDirectory, namespace);
  if (lstatSync(base).dev === lstatSync(staging).dev) return;
  throw new Failure(
    'ConfigurationInvalid',
    `${base} is on another file system than ${staging}, and files cannot be moved from one to the other whole. Keep the data directory on one file system to convert it.`,
  );
}

/** A folder that was not there. */
function nextFolder(parent: string): string {
  mkdirSync(parent, { recursive: true, mode: ownerOnly });
  const numbers = readdirSync(parent).map((name) => Number.parseInt(name, 10) || 0);
  const folder = join(parent, String(Math.max(0, ...numbers) + 1));
  mkdirSync(folder, { mode: ownerOnly });
  for (const path of [parent, dirname(parent), dirname(dirname(parent))]) syncFolder(path);
  return folder;
}

function entryOf(file: StoresFile, namespace: Namespace): StoresEntry {
  const entry = file.get(namespace);
  if (entry) return entry;
  throw new Failure('Internal', `${namespace} is not among the stores.`);
}
