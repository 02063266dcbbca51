import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskRoom } from '../../platform/files.ts';
import { formatBytes } from '../../platform/format.ts';
import { Failure } from '../failure.ts';
import { isKeptPath } from '../store/kept-paths.ts';
import { Allowance, readArchive, type ArchiveEntry, type ReadArchiveOptions } from './archive-reader.ts';
import { readLines } from './lines.ts';
import {
  dataFolder,
  documentsName,
  filesName,
  manifestName,
  mostListBytes,
  mostManifestBytes,
  parseListedFile,
  parseManifest,
  type Manifest,
} from './manifest.ts';
import type { WorkFolder } from './work-folder.ts';

/** What a line of the list of files has at least. */
const leastLineBytes = 100;

export interface UnpackOptions extends ReadArchiveOptions {
  readonly work: WorkFolder;
  /** Told of the manifest before anything else is read; what it throws ends all. */
  readonly learned?: (manifest: Manifest) => void;
}

/**
 * Unpacks a backup into a folder of its own, each file checked against what the backup says of it, and nothing in it that
 * it does not name. `BackupDamaged` names what is wrong.
 */
export async function unpack(options: UnpackOptions): Promise<Manifest> {
  const { work } = options;
  const allowance = new Allowance(0);
  allowance.add(1, mostManifestBytes);
  const entries = readArchive(options, allowance);
  try {
    const manifest = await readManifest(entries);
    options.learned?.(manifest);
    const { files, documents, dataBytes } = manifest;
    refuseLittleRoom(work.path, files.bytes + documents.bytes + dataBytes);
    allowance.add(files.count + 4, files.bytes + documents.bytes + dataBytes);
    await writeEntry(await next(entries, filesName), work.at(filesName), files);
    await writeEntry(await next(entries, documentsName), work.at(documentsName), documents);
    await unpackData(entries, work, manifest);
    return manifest;
  } finally {
    await entries.return(undefined);
  }
}

/** What a backup says of itself, without the rest. */
export async function readManifestOf(options: ReadArchiveOptions): Promise<Manifest> {
  const allowance = new Allowance(0);
  // The decoder hands over what it has, which may be more than the manifest.
  allowance.add(1, 2 * mostManifestBytes);
  const entries = readArchive(options, allowance);
  try {
    return await readManifest(entries);
  } finally {
    await entries.return(undefined);
  }
}

async function readManifest(entries: AsyncGenerator<ArchiveEntry>): Promise<Manifest> {
  const first = await entries.next();
  if (first.done || first.value.name !== manifestName || first.value.sizeBytes > mostManifestBytes) {
    throw new Failure(
      'BackupForeign',
      `This is no backup of groundmist: it does not begin with ${manifestName}.`,
    );
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of first.value.pieces) pieces.push(piece);
  const manifest = parseManifest(Buffer.concat(pieces).toString('utf8'));
  const { files, documents } = manifest;
  if (Math.max(files.bytes, documents.bytes) > mostListBytes || files.count * leastLineBytes > files.bytes) {
    throw new Failure('BackupDamaged', `The ${manifestName} of this backup says what cannot be.`);
  }
  return manifest;
}

async function unpackData(
  entries: AsyncGenerator<ArchiveEntry>,
  work: WorkFolder,
  manifest: Manifest,
): Promise<void> {
  mkdirSync(work.at(dataFolder), { mode: 0o700 });
  let count = 0;
  let leftBytes = manifest.dataBytes;
  for await (const line of readLines(work.at(filesName))) {
    const { path, bytes, sha256, modifiedAt } = parseListedFile(line);
    if (!isKeptPath(path)) throw strange(`it lists ${shown(path)}, which groundmist does not keep`);
    count += 1;
    leftBytes -= bytes;
    if (leftBytes < 0) throw strange('its files are larger than it says');
    const name = `${dataFolder}/${path}`;
    const to = work.at(name);
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    await writeEntry(await next(entries, name), to, { bytes, sha256, modifiedAt: new Date(modifiedAt) });
  }
  if (count !== manifest.files.count || leftBytes !== 0) throw strange('its list of files is not whole');
  const more = await entries.next();
  if (!more.done) throw strange(`it holds ${shown(more.value.name)}, which it does not list`);
}

async function next(entries: AsyncGenerator<ArchiveEntry>, name: string): Promise<ArchiveEntry> {
  const found = await entries.next();
  if (found.done) throw strange(`${name} is missing`);
  if (found.value.name === name) return found.value;
  throw strange(`it holds ${shown(found.value.name)} where ${name} should be`);
}

interface Expected {
  readonly bytes: number;
  readonly sha256: string;
  readonly modifiedAt?: Date;
}

/** On disk when it resolves, and what it should be. */
async function writeEntry(entry: ArchiveEntry, path: string, expected: Expected): Promise<void> {
  if (entry.sizeBytes !== expected.bytes) {
    throw damaged(entry.name, `it has ${entry.sizeBytes} bytes and should have ${expected.bytes}`);
  }
  const hasher = new Bun.CryptoHasher('sha256');
  await using file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw isThere ? strange(`it holds ${shown(entry.name)} twice`) : error;
  });
  for await (const piece of entry.pieces) {
    hasher.update(piece);
    await file.writeFile(piece);
  }
  if (hasher.digest('hex') !== expected.sha256)
    throw damaged(entry.name, 'its bytes are not those that were backed up');
  if (expected.modifiedAt) await file.utimes(expected.modifiedAt, expected.modifiedAt);
  await file.sync();
}

function refuseLittleRoom(folder: string, neededBytes: number): void {
  const { freeBytes } = diskRoom(folder);
  if (freeBytes >= neededBytes) return;
  throw new Failure(
    'StoreUnavailable',
    `Unpacked, this backup needs ${formatBytes(neededBytes)}, and the disk of ${folder} has ${formatBytes(freeBytes)} free.`,
  );
}

function strange(why: string): Failure {
  return new Failure('BackupDamaged', `The backup is damaged, or not one of groundmist: ${why}.`);
}

function damaged(name: string, why: string): Failure {
  return new Failure('BackupDamaged', `${shown(name)} in the backup is damaged: ${why}.`);
}

function shown(name: string): string {
  return name.slice(0, 400);
}
