import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { once } from 'node:events';
import { pack, type Pack } from 'tar-stream';
import { encrypt, type Lock } from './encryption.ts';
import { bytesOf } from './pieces.ts';
import { compress } from './zstd.ts';

/** A file to be put into an archive; it does not change meanwhile. */
export interface ArchivedFile {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

export interface WriteArchiveOptions {
  readonly path: string;
  readonly files: AsyncIterable<ArchivedFile>;
  readonly lock: Lock | undefined;
  readonly signal: AbortSignal;
  /** Told of each piece that was written. */
  readonly wrote: (bytes: number) => void;
}

export interface WrittenArchive {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** One file: tar, in zstd, in age where there is a lock. On disk when it resolves, its name aside. */
export async function writeArchive(options: WriteArchiveOptions): Promise<WrittenArchive> {
  const compressed = compress(tar(options));
  const stream = options.lock === undefined ? compressed : await encrypt(compressed, options.lock);
  const hasher = new Bun.CryptoHasher('sha256');
  let sizeBytes = 0;
  await using file = await open(options.path, 'wx', 0o600);
  for await (const piece of stream) {
    options.signal.throwIfAborted();
    hasher.update(piece);
    sizeBytes += piece.length;
    await file.writeFile(piece);
  }
  await file.sync();
  return { sizeBytes, sha256: hasher.digest('hex') };
}

async function* tar({ files, signal, wrote }: WriteArchiveOptions): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const filling = fill(archive, files, signal).catch((error: unknown) => archive.destroy(toError(error)));
  for await (const piece of bytesOf(archive)) {
    wrote(piece.length);
    yield piece;
  }
  await filling;
}

async function fill(archive: Pack, files: AsyncIterable<ArchivedFile>, signal: AbortSignal): Promise<void> {
  for await (const { name, path, sizeBytes, modifiedAt } of files) {
    const entry = archive.entry({ name, size: sizeBytes, mode: 0o600, mtime: modifiedAt, type: 'file' });
    // It fails with the archive, which tells.
    entry.on('error', () => {});
    for await (const piece of bytesOf(createReadStream(path))) {
      signal.throwIfAborted();
      if (!entry.write(piece)) await once(entry, 'drain');
    }
    entry.end(undefined);
  }
  archive.finalize();
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
