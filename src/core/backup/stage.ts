import {
  copyFileSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { endAllSessions } from '../auth/end-all-sessions.ts';
import type { Fence } from '../fence/fence.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { copyDatabase } from '../store/copy-database.ts';
import { isDocumentId } from '../store/document-id.ts';
import { findNamespaces } from '../store/find-namespaces.ts';
import { isKeptPath, keptPath } from '../store/kept-paths.ts';
import {
  controlDatabasePath,
  namespaceDirectory,
  quarantineDirectory,
  withdrawalsPath,
} from '../store/layout.ts';
import { prepareDataDirectory } from '../store/prepare-folders.ts';
import { livesInStockLayout } from '../store/open-namespace.ts';
import { StoresFile } from '../store/stores-file.ts';
import type { Manifest } from './manifest.ts';
import { refuseEmptiedFolders, refuseEmptyControl, refuseMissingStores } from './refuse-lost.ts';
import { stageDatabase } from './stage-database.ts';
import { copyDocument, stageFiles } from './stage-files.ts';
import type { StagedDocument } from './staged-document.ts';

export interface StageOptions {
  readonly dataDirectory: string;
  /** The data directory that is being made. */
  readonly into: string;
  readonly temporaryDirectory: string;
  readonly fence: Pick<Fence, 'open' | 'compact'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each document once it is in the copy, in the order of namespaces and ids. */
  readonly staged: (document: StagedDocument) => Promise<void>;
  /** Told of each namespace before it is copied: which, of how many. */
  readonly begins: (done: number, total: number, namespace: Namespace) => void;
}

export interface Staged {
  readonly namespaces: Manifest['namespaces'];
  readonly sessionCount: number;
}

/**
 * Copies what a backup holds out of a data directory that a server may be writing to: who may come in first, then the
 * documents. `StoreDamaged` where a store is gone that was there, or one does not read as one.
 */
export async function stage(options: StageOptions): Promise<Staged> {
  const { dataDirectory, into, signal } = options;
  const stores = new StoresFile(dataDirectory);
  refuseMissingStores(stores, dataDirectory);
  prepareDataDirectory(into);
  const sessionCount = await stageControl(options);
  const copiedStores = new StoresFile(into);
  const namespaces: Manifest['namespaces'] = [];
  const found = await findNamespaces(dataDirectory);
  await refuseEmptiedFolders(stores, found, options);
  for (const [index, namespace] of found.entries()) {
    signal.throwIfAborted();
    options.begins(index, found.length, namespace);
    const isFiles = await livesInStockLayout(dataDirectory, namespace);
    let documents = 0;
    for await (const document of isFiles
      ? stageFiles(namespace, options)
      : stageDatabase(namespace, { ...options, isKnown: stores.get(namespace) !== undefined })) {
      signal.throwIfAborted();
      if (!document.isGone) documents += 1;
      await options.staged(document);
    }
    namespaces.push({ namespace, store: isFiles ? 'files' : 'sqlite', documents });
    const entry = stores.get(namespace);
    if (entry === undefined) continue;
    copiedStores.set(namespace, entry);
    if (!isFiles) await stageNotImported(namespace, entry.problems, options);
  }
  stageQuarantine(options);
  return { namespaces, sessionCount };
}

/** What was taken back is read before the database that takes it in: it is in one of the two, or in both. */
async function stageControl({ dataDirectory, into, temporaryDirectory }: StageOptions): Promise<number> {
  const withdrawals = withdrawalsPath(dataDirectory);
  if (existsSync(withdrawals)) {
    writeFileSync(withdrawalsPath(into), readFileSync(withdrawals), { mode: 0o600 });
  }
  const from = controlDatabasePath(dataDirectory);
  if (!existsSync(from)) return 0;
  const to = controlDatabasePath(into);
  await copyDatabase({ from, to, dataDirectory, temporaryDirectory });
  refuseEmptyControl(to, from);
  return endAllSessions(to);
}

/** The only copy of documents that an import could not take over is their originals. */
async function stageNotImported(
  namespace: Namespace,
  problems: readonly { readonly document: string }[],
  { dataDirectory, into }: StageOptions,
): Promise<void> {
  for (const { document } of problems) {
    if (!isDocumentId(document)) continue;
    await copyDocument(
      document,
      namespaceDirectory(dataDirectory, namespace),
      namespaceDirectory(into, namespace),
    );
  }
}

function stageQuarantine({ dataDirectory, into }: StageOptions): void {
  const from = quarantineDirectory(dataDirectory);
  for (const namespace of existsSync(from) ? readdirSync(from) : []) {
    for (const name of readdirSync(join(from, namespace))) {
      const path = join(from, namespace, name);
      if (!isKeptPath(keptPath(dataDirectory, path)) || !lstatSync(path).isFile()) continue;
      const folder = join(quarantineDirectory(into), namespace);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      copyFileSync(path, join(folder, name), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    }
  }
}
