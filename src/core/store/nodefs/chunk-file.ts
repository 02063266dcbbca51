import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { readChunk } from '../../format/chunk.ts';
import { snapshotHeads } from '../../format/document-header.ts';
import { whyNotChunks } from '../../format/whole-chunks.ts';
import { errorCode } from '../error-code.ts';
import { stockChunkLimitBytes, whyNotNamedFor } from '../stock-chunk.ts';
import type { ChunkKind } from '../stock-layout.ts';

/** Which file of its document a chunk is. */
export interface ChunkName {
  readonly kind: ChunkKind;
  /** 64 hex digits: the SHA-256 of an incremental's bytes, or of the heads of a snapshot as text. */
  readonly name: string;
}

type ReadChunk =
  | { readonly kind: 'intact'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'damaged';
      readonly reason: string;
      /** Where it was a plain file that could be read. */
      readonly bytes?: Uint8Array;
    }
  | { readonly kind: 'gone' };

const mebibyte = 2 ** 20;
const documentChunk = 0;
/** Opening says these of what is not a plain file: a link, a socket, a device. */
const notPlain = ['ELOOP', 'EMLINK', 'ENXIO', 'ENODEV', 'EISDIR'];

/** The bytes at `path`, checked against its name; never follows a link and never waits for the writer of a FIFO. */
export function readChunkFile(path: string, chunk: ChunkName): ReadChunk {
  try {
    return readOpened(path, chunk);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' };
    if (code === 'EIO') return { kind: 'damaged', reason: 'the disk cannot read it (EIO)' };
    if (notPlain.includes(code)) return { kind: 'damaged', reason: 'it is not a plain file' };
    throw error;
  }
}

/** The name of a chunk that was not made by compacting: it promises no more than its bytes. */
export function nameIncremental(bytes: Uint8Array): ChunkName {
  return { kind: 'incremental', name: digest(bytes) };
}

/** The name of a whole document, as automerge-repo finds it. */
export function nameSnapshot(bytes: Uint8Array): ChunkName {
  return { kind: 'snapshot', name: digest((snapshotHeads(bytes) ?? []).join('')) };
}

/** SHA-256 in hex. */
export function digest(content: Uint8Array | string): string {
  return new Bun.CryptoHasher('sha256').update(content).digest('hex');
}

/** One key for both parts of a name. */
export function chunkKey({ kind, name }: ChunkName): string {
  return `${kind}/${name}`;
}

/** What the index remembers of the bytes of a chunk. */
export function describeChunk(bytes: Uint8Array): {
  readonly size_bytes: number;
  readonly digest: string;
  readonly is_document: 0 | 1;
} {
  return { size_bytes: bytes.length, digest: digest(bytes), is_document: holdsDocumentChunk(bytes) ? 1 : 0 };
}

function holdsDocumentChunk(bytes: Uint8Array): boolean {
  for (let offset = 0; offset < bytes.length;) {
    const chunk = readChunk(bytes, offset);
    if (chunk === undefined || chunk.type === documentChunk) return true;
    offset += chunk.bytes.length;
  }
  return false;
}

function readOpened(path: string, { kind, name }: ChunkName): ReadChunk {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = openSync(path, flags);
  try {
    const { size, isFile } = describe(file);
    if (!isFile) return { kind: 'damaged', reason: 'it is not a plain file' };
    if (size > stockChunkLimitBytes) {
      return { kind: 'damaged', reason: `it is larger than ${stockChunkLimitBytes / mebibyte} MiB` };
    }
    const bytes = new Uint8Array(readFileSync(file));
    const reason = whyNotChunks(bytes) ?? whyNotNamedFor(kind, name, bytes);
    return reason === undefined ? { kind: 'intact', bytes } : { kind: 'damaged', reason, bytes };
  } finally {
    closeSync(file);
  }
}

function describe(file: number): { readonly size: number; readonly isFile: boolean } {
  const found = fstatSync(file);
  return { size: found.size, isFile: found.isFile() };
}
