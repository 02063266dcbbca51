import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../failure.ts';
import type { Namespace } from '../../lexicon/namespace.ts';
import type { DocumentStore } from '../document-store.ts';
import { syncFolder } from '../durable-file.ts';
import { conversionDirectory, namespaceDirectory, storesPath, supersededDirectory } from '../layout.ts';
import { toStoreFailure } from '../store-failure.ts';
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
  told(count: number): void;
}

export interface Converted {
  readonly namespace: Namespace;
  readonly from: StoreBackend;
  readonly documentCount: number;
  /** The folders with what was there before. */
  readonly keptIn: readonly string[];
}

const forms: Readonly<Record<StoreBackend, StoreForm>> = { sqlite: sqliteForm, nodefs: nodefsForm };
const ownerOnly = 0o700;

/**
 * Moves a namespace from one backend to the other. All of it is written and compared in a folder of its own, moved
 * beside what is there, and counts from the moment that `stores.json` says so; then what was there is put aside. Nobody
 * looks at files of a backend that `stores.json` does not name, so a kill at any point leaves the old or the new, and
 * running it again ends what was begun. Nothing but an unfinished copy is ever deleted.
 */
export async function convertNamespace(
  { namespace, from, step }: Pending,
  options: ConvertOptions,
): Promise<Converted> {
  const keptIn: string[] = [];
  const makeFolder = (): string => {
    const folder = nextFolder(supersededDirectory(options.dataDirectory, namespace));
    keptIn.push(folder);
    return folder;
  };
  const moveAway = (backend: StoreBackend): Promise<void> =>
    forms[backend].moveAway(options, namespace, makeFolder);
  try {
    const documentCount = step === 'copy' ? await replace({ namespace, from, moveAway }, options) : 0;
    await moveAway(from);
    const { replaced: _, ...entry } = entryOf(options.file, namespace);
    options.file.set(namespace, entry);
    return { namespace, from, documentCount, keptIn };
  } catch (error) {
    if (options.signal.aborted) options.signal.throwIfAborted();
    throw toStoreFailure(error, `The store of ${namespace}`);
  }
}

interface Replacing {
  readonly namespace: Namespace;
  readonly from: StoreBackend;
  moveAway(backend: StoreBackend): Promise<void>;
}

/** Up to the moment that the new store counts. */
async function replace({ namespace, from, moveAway }: Replacing, options: ConvertOptions): Promise<number> {
  const { dataDirectory, file, to } = options;
  const entry = entryOf(file, namespace);
  const path = forms[from].path(dataDirectory, namespace);
  if (!existsSync(path)) throw storeGone(namespace, path, storesPath(dataDirectory));
  const staging = conversionDirectory(dataDirectory, namespace);
  emptyStaging(staging, dataDirectory, namespace);
  try {
    const documentCount = await copyInto(staging, namespace, from, options);
    // Nobody looked at it: stock files that were imported once, or an attempt that was killed right here.
    await moveAway(to);
    await forms[to].moveIn(options, namespace, staging);
    file.set(namespace, { ...entry, backend: to, replaced: from });
    return documentCount;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
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
    const copied = await closing(target, () => copyDocuments({ from: source, to: target, signal, told }));
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
  rmSync(staging, { recursive: true, force: true });
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
