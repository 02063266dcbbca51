import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure } from '../failure.ts';
import { snapshotHeads } from '../format/document-header.ts';
import { whyNotChunks } from '../format/whole-chunks.ts';

const mebibyte = 2 ** 20;
/** Larger ones are refused: they are read into memory whole. */
export const stockChunkLimitBytes = 256 * mebibyte;

/**
 * The bytes of one chunk of a stock store, checked: its own checksums, and its name. Never follows a link
 * and never waits for the writer of a FIFO. `StoreDamaged` says what is wrong with it.
 */
export async function readStockChunk(path: string): Promise<Uint8Array> {
  const bytes = await readRegularFile(path);
  refuseStrangeChunk(path, bytes);
  return bytes;
}

/** `StoreDamaged` where the bytes at `path` are no chunks, or others than its name says. */
export function refuseStrangeChunk(path: string, bytes: Uint8Array): void {
  const problem = whyNotChunks(bytes) ?? whyNotNamedFor(basename(dirname(path)), basename(path), bytes);
  if (problem) throw new Failure('StoreDamaged', `${path} is damaged: ${problem}.`);
}

/** The bytes of a chunk as they are, whatever they are worth. */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using file = await open(path, flags).catch((cause: unknown) => {
    throw new Failure('StoreDamaged', `${path} cannot be opened as a plain file.`, { cause });
  });
  const stat = await file.stat();
  if (!stat.isFile()) throw new Failure('StoreDamaged', `${path} is not a plain file.`);
  if (stat.size > stockChunkLimitBytes) {
    throw new Failure('StoreDamaged', `${path} is larger than ${stockChunkLimitBytes / mebibyte} MiB.`);
  }
  return await file.readFile();
}

/**
 * Why bytes are not what the stock store would give this name, as the rest of a sentence: an incremental's is the
 * SHA-256 of its bytes, a snapshot's that of its heads as text.
 */
export function whyNotNamedFor(kind: string, name: string, bytes: Uint8Array): string | undefined {
  const named = kind === 'snapshot' ? snapshotHeads(bytes)?.join('') : bytes;
  if (named === undefined) return 'it is not a whole document';
  const hash = new Bun.CryptoHasher('sha256').update(named).digest('hex');
  return hash === name ? undefined : 'its name does not match its content';
}
