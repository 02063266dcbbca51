import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Migration } from '../../platform/database.ts';
import { isFolder, isWritable } from '../../platform/folders.ts';
import type { Fence } from '../fence/fence.ts';
import { Failure, toFailure } from '../failure.ts';
import { sameHeads } from '../store/heads.ts';
import type { ReadDocument } from '../store/namespace-reader.ts';
import { openReader, type Reader } from '../store/reader.ts';
import type { ReadArchiveOptions } from './archive-reader.ts';
import { explainBackupError } from './explain-error.ts';
import { findHeads } from './find-heads.ts';
import { readLines } from './lines.ts';
import { dataFolder, documentsName, parseListedHeads, type ListedHeads, type Manifest } from './manifest.ts';
import { refuseStrangeContents } from './refuse-strange-contents.ts';
import { unpack } from './unpack.ts';
import { openWorkFolder } from './work-folder.ts';

const mostAtOnce = 32;
const mostBytesAtOnce = 8 * 2 ** 20;

export interface VerifyOptions extends ReadArchiveOptions {
  readonly fence: Pick<Fence, 'open' | 'compact'>;
  /** All that a control database may have. */
  readonly controlTables: readonly Migration[];
  /** Told of each document that was opened. */
  readonly opened: (done: number, total: number) => void;
  /** Told of each document that is not what it was: a sentence. */
  readonly problem: (sentence: string) => void;
}

export interface Verified {
  readonly manifest: Manifest;
  readonly problemCount: number;
}

/**
 * Unpacks a backup for a moment, checks all of it, and has Automerge open every document. `BackupDamaged` where the file
 * itself is damaged; what is wrong with single documents is told and counted.
 */
export async function verifyBackup(options: VerifyOptions): Promise<Verified> {
  const folder = workPlace(options.path);
  try {
    using work = openWorkFolder(folder);
    const manifest = await unpack({ ...options, work });
    await refuseStrangeContents(work, manifest, options.controlTables);
    await using reader = await openReader(work.at(dataFolder), { temporaryDirectory: work.path });
    return { manifest, problemCount: await openAll(reader, work.at(documentsName), manifest, options) };
  } catch (error) {
    throw explainBackupError(error, 'The backup', folder);
  }
}

/** Beside the backup there is room for what is in it; on a disk that is not written to, there is not. */
function workPlace(path: string): string {
  const folder = dirname(path);
  return isFolder(folder) && isWritable(folder) ? folder : tmpdir();
}

async function openAll(
  reader: Reader,
  list: string,
  manifest: Manifest,
  { fence, opened, problem, signal }: VerifyOptions,
): Promise<number> {
  let problemCount = 0;
  let done = 0;
  const tell = (sentence: string): void => {
    problemCount += 1;
    problem(sentence);
  };
  for (const { namespace, documents } of manifest.namespaces) {
    const { documentCount } = await reader.summary(namespace);
    if (documentCount !== documents)
      tell(`${namespace} has ${documentCount} documents and should have ${documents}.`);
  }
  const opening = new Opening(signal);
  for await (const line of readLines(list)) {
    // Else documents that are in memory already let no signal through.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    signal.throwIfAborted();
    const listed = parseListedHeads(line);
    const loaded = await load(reader, listed);
    await opening.add(sizeOf(loaded), async () => {
      const why = typeof loaded === 'string' ? loaded : await whyNotAsListed(loaded, listed, fence);
      if (why !== undefined) tell(`${listed.namespace} ${listed.id} ${why}`);
      opened((done += 1), manifest.documents.count);
    });
  }
  await opening.finish();
  signal.throwIfAborted();
  return problemCount;
}

/** Documents that are being opened: several at once, for each waits for the child, and few bytes, for they are in memory. */
class Opening {
  #running: Promise<void>[] = [];
  #sizeBytes = 0;
  readonly #aborted: Promise<never>;

  /** What waits for a document that takes minutes ends when `signal` does. */
  constructor(signal: AbortSignal) {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
    promise.catch(() => {});
    this.#aborted = promise;
  }

  async add(sizeBytes: number, open: () => Promise<void>): Promise<void> {
    if (this.#running.length >= mostAtOnce || this.#sizeBytes + sizeBytes > mostBytesAtOnce)
      await this.finish();
    this.#sizeBytes += sizeBytes;
    const running = open();
    // It is thrown where it is awaited, which may be later.
    running.catch(() => {});
    this.#running.push(running);
  }

  async finish(): Promise<void> {
    const running = this.#running;
    this.#running = [];
    this.#sizeBytes = 0;
    await Promise.race([this.#aborted, Promise.all(running)]);
  }
}

/** The document, or the rest of a sentence. */
async function load(reader: Reader, { namespace, id, heads }: ListedHeads): Promise<ReadDocument | string> {
  if (heads === null) return 'was damaged already when it was backed up.';
  try {
    return (await reader.load(namespace, id)) ?? 'is missing.';
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'StoreDamaged') throw error;
    return `cannot be read: ${failure.message}`;
  }
}

/** The rest of a sentence, or undefined where the document is what it was. */
async function whyNotAsListed(
  { chunks }: ReadDocument,
  { heads }: ListedHeads,
  fence: VerifyOptions['fence'],
): Promise<string | undefined> {
  const found = await findHeads(fence, chunks);
  if (found === undefined) return 'is not opened by Automerge.';
  return sameHeads(found, heads ?? []) ? undefined : 'has other heads than it had.';
}

function sizeOf(loaded: ReadDocument | string): number {
  return typeof loaded === 'string' ? 0 : loaded.chunks.reduce((sum, { length }) => sum + length, 0);
}

/** `BackupDamaged` where documents of a backup are not what they were. */
export function refuseProblems(problemCount: number): void {
  if (problemCount === 0) return;
  const what = problemCount === 1 ? 'One document' : `${problemCount} documents`;
  throw new Failure(
    'BackupDamaged',
    `${what} of this backup cannot be relied on, as said above; the file itself is whole.`,
  );
}
