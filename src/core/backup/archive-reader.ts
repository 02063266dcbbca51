import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { Failure } from '../failure.ts';
import { decrypt, isAge, type Key } from './encryption.ts';
import { bytesOf } from './pieces.ts';
import { decompress, isZstd } from './zstd.ts';

/** One file in an archive, to be read or skipped before the next one is asked for. */
export interface ArchiveEntry {
  readonly name: string;
  readonly sizeBytes: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface ReadArchiveOptions {
  readonly path: string;
  /** Asked for only where the archive is encrypted. */
  readonly key: () => Promise<Key>;
  readonly signal: AbortSignal;
  /** Told of each piece of the file that was read. */
  readonly read?: (bytes: number) => void;
}

/** The most that a tar has around one file: its header, an extended one with its own, and what fills a block. */
const mostOverheadBytes = 8 * 1024;

/** How much more may come, as whoever reads an archive learns it; a small file may hold a terabyte of zeros. */
export class Allowance {
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  /** Files of so many bytes in all are expected now. */
  add(fileCount: number, bytes: number): void {
    this.#leftBytes += bytes + fileCount * mostOverheadBytes;
  }

  take(bytes: number): void {
    this.#leftBytes -= bytes;
    if (this.#leftBytes < 0)
      throw new Failure('BackupDamaged', 'The backup holds more than it says that it does.');
  }
}

/**
 * The files of an archive in their order, from the beginning to its very end. `BackupDamaged` where it is not whole or
 * holds anything but plain files, `BackupForeign` where it is no backup at all.
 */
export async function* readArchive(
  options: ReadArchiveOptions,
  allowance: Allowance,
): AsyncGenerator<ArchiveEntry> {
  const isEncrypted = await refuseForeign(options.path);
  const file = pieces(options);
  const compressed = isEncrypted ? await decrypt(file, await options.key()) : file;
  const source = Readable.from(limited(decompress(compressed), allowance), { objectMode: false });
  const archive = extract();
  let broken: unknown;
  source.on('error', (error) => {
    broken = error;
    archive.destroy(error);
  });
  // Whoever reads an entry of a destroyed archive is told only that it was.
  const explained = (error: unknown): unknown => explain(broken ?? error);
  source.pipe(archive);
  try {
    for await (const entry of archive) {
      const { name, size, type } = entry.header;
      if (type !== 'file') {
        throw new Failure(
          'BackupDamaged',
          `This is no backup of groundmist: ${name} in it is no plain file.`,
        );
      }
      yield { name, sizeBytes: size, pieces: explainedPieces(entry, explained) };
    }
  } catch (error) {
    throw explained(error);
  } finally {
    source.destroy();
    archive.destroy();
  }
}

/** Whether the file is encrypted; `BackupForeign` where it begins like no backup. */
export async function refuseForeign(path: string): Promise<boolean> {
  const beginning = Buffer.alloc(64);
  try {
    await using file = await open(path);
    if (!(await file.stat()).isFile()) throw new Failure('BackupForeign', `${path} is not a plain file.`);
    await file.read(beginning, 0, beginning.length, 0);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('FileMissing', `The backup ${path} cannot be opened: ${whyNot(error)}.`, {
      cause: error,
    });
  }
  if (isAge(beginning)) return true;
  if (isZstd(beginning)) return false;
  throw new Failure(
    'BackupForeign',
    `${path} is no backup of groundmist: it begins like another kind of file.`,
  );
}

async function* pieces({ path, signal, read }: ReadArchiveOptions): AsyncGenerator<Uint8Array> {
  for await (const piece of bytesOf(createReadStream(path))) {
    signal.throwIfAborted();
    read?.(piece.length);
    yield piece;
  }
}

async function* explainedPieces(
  entry: AsyncIterable<unknown>,
  explained: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(entry);
  } catch (error) {
    throw explained(error);
  }
}

async function* limited(source: AsyncIterable<Uint8Array>, allowance: Allowance): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    allowance.take(piece.length);
    yield piece;
  }
}

/** What the reader of the tar says of damage is no sentence. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  if (
    !/unexpected end|invalid tar header|invalid header|Premature close|Stream was destroyed/i.test(
      error.message,
    )
  )
    return error;
  return new Failure(
    'BackupDamaged',
    'The backup is damaged or cut off: the archive inside does not hold together.',
    {
      cause: error,
    },
  );
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not read it';
  return error instanceof Error ? error.message : String(error);
}
