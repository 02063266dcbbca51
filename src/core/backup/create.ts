import { chmodSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Fence } from '../fence/fence.ts';
import type { Did } from '../identity/did.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { syncFolder } from '../store/durable-file.ts';
import { isKeptPath, keptPath } from '../store/kept-paths.ts';
import { writeArchive, type ArchivedFile } from './archive-writer.ts';
import type { Lock } from './encryption.ts';
import { explainBackupError } from './explain-error.ts';
import { hashFile } from './hash-file.ts';
import { readLines } from './lines.ts';
import { ListWriter } from './list-file.ts';
import {
  dataFolder,
  documentsName,
  filesName,
  makeManifest,
  manifestName,
  parseListedFile,
  type Manifest,
} from './manifest.ts';
import { refuseBadPlaces, refuseLittleRoom, refuseStrangeData, refuseTaken } from './places.ts';
import { stage } from './stage.ts';
import { openWorkFolder, type WorkFolder } from './work-folder.ts';

export interface CreateOptions {
  readonly dataDirectory: string;
  /** Where the backup will lie; nothing does yet. */
  readonly file: string;
  readonly owner: Did | undefined;
  /** Of this groundmist. */
  readonly version: string;
  readonly lock: Lock | undefined;
  readonly fence: Pick<Fence, 'open' | 'compact'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each namespace before it is copied: which, of how many. */
  readonly copying: (done: number, total: number, namespace: Namespace) => void;
  /** Told how many bytes of the copy are in the file. */
  readonly packed: (done: number, total: number) => void;
}

export interface CreatedBackup {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the file. */
  readonly sha256: string;
  readonly manifest: Manifest;
  /** The first of those that were damaged already, as `<namespace> <id>`. */
  readonly damaged: readonly string[];
}

/** So many damaged documents are named. */
const mostNamed = 20;

/**
 * Makes a backup of a data directory, beside a server or without one, and changes nothing in that directory. The file is
 * there whole or not at all, whatever happens.
 */
export async function createBackup(options: CreateOptions): Promise<CreatedBackup> {
  const file = resolve(options.file);
  const folder = dirname(file);
  refuseBadPlaces(options.dataDirectory, file);
  await refuseStrangeData(options.dataDirectory);
  try {
    refuseLittleRoom(options.dataDirectory, folder);
    using work = openWorkFolder(folder);
    const { manifest, damaged } = await stageWhole(work, options);
    const archive = work.at('archive');
    const total = manifest.dataBytes + manifest.files.bytes + manifest.documents.bytes;
    let done = 0;
    const written = await writeArchive({
      path: archive,
      files: archivedFiles(work),
      lock: options.lock,
      signal: options.signal,
      wrote: (bytes) => options.packed((done += bytes), total),
    });
    options.signal.throwIfAborted();
    refuseTaken(file);
    chmodSync(archive, 0o600);
    renameSync(archive, file);
    syncFolder(folder);
    return { path: file, ...written, manifest, damaged };
  } catch (error) {
    throw explainBackupError(error, 'The data directory', folder);
  }
}

interface StagedWhole {
  readonly manifest: Manifest;
  readonly damaged: readonly string[];
}

async function stageWhole(work: WorkFolder, options: CreateOptions): Promise<StagedWhole> {
  const into = work.at(dataFolder);
  const createdAt = new Date(options.clock.now()).toISOString();
  await using documents = await ListWriter.open(work.at(documentsName));
  const damaged: string[] = [];
  let damagedCount = 0;
  const staged = await stage({
    ...options,
    into,
    temporaryDirectory: work.path,
    begins: options.copying,
    async staged(document) {
      const { namespace, id, heads } = document;
      await documents.add({ namespace, id, heads });
      if (heads !== null) return;
      damagedCount += 1;
      if (damaged.length < mostNamed) damaged.push(`${namespace} ${id}`);
    },
  });
  const { files, dataBytes } = await listFiles(work, options);
  const manifest = makeManifest({
    groundmist: options.version,
    owner: options.owner ?? null,
    createdAt,
    sessions: staged.sessionCount,
    damaged: damagedCount,
    namespaces: staged.namespaces,
    dataBytes,
    files,
    documents: await documents.finish(),
  });
  await Bun.write(work.at(manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
  return { manifest, damaged };
}

async function listFiles(work: WorkFolder, { signal }: CreateOptions) {
  const root = work.at(dataFolder);
  await using list = await ListWriter.open(work.at(filesName));
  let dataBytes = 0;
  for (const path of filesBelow(root)) {
    signal.throwIfAborted();
    const name = keptPath(root, path);
    if (!isKeptPath(name)) throw new Error(`${name} was copied, and is nothing that a backup holds`);
    const { size, mtime } = statSync(path);
    dataBytes += size;
    await list.add({
      path: name,
      bytes: size,
      sha256: await hashFile(path),
      modifiedAt: mtime.toISOString(),
    });
  }
  return { files: await list.finish(), dataBytes };
}

function* filesBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** In the order in which a reader needs them. */
async function* archivedFiles(work: WorkFolder): AsyncGenerator<ArchivedFile> {
  for (const name of [manifestName, filesName, documentsName]) {
    const { size: sizeBytes, mtime: modifiedAt } = statSync(work.at(name));
    yield { name, path: work.at(name), sizeBytes, modifiedAt };
  }
  for await (const line of readLines(work.at(filesName))) {
    const { path, bytes: sizeBytes, modifiedAt } = parseListedFile(line);
    const name = `${dataFolder}/${path}`;
    yield { name, path: work.at(name), sizeBytes, modifiedAt: new Date(modifiedAt) };
  }
}
