import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeDurably } from './durable-file.ts';
import { hasErrorCode } from './error-code.ts';
import { filesToSeal, sumsPath } from './layout.ts';
import { isWithoutRoom } from './store-failure.ts';
import { readSums, writeSums, type Sums } from './sums-text.ts';

/** A file whose bytes are not those that the last holder of the lock left. */
export interface ChangedFile {
  /** From the data directory. */
  readonly path: string;
  readonly change: 'differs' | 'gone' | 'new';
}

const readBytes = 2 ** 20;

/**
 * The hashes of all our files that carry no checksum of their own, from the end of one holder of the lock to the
 * beginning of the next: while they are there, nobody wrote. Begins by taking them away, on the disk too.
 */
export class Seal {
  readonly #dataDirectory: string;
  readonly #before: Sums | undefined;
  /** What the files were like then, by their paths. */
  readonly #states = new Map<string, string>();

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
    this.#before = readSealed(dataDirectory);
    for (const path of this.#before?.hashes.keys() ?? []) this.#states.set(path, this.#state(path));
    breakSeal(dataDirectory);
  }

  /**
   * Once everything is closed and before the lock is released. What nobody has touched since the hashes before keeps
   * its hash: it need not be read again, and what went bad in it meanwhile is still found.
   */
  async renew(now: number): Promise<void> {
    const hashes = new Map<string, string>();
    for (const path of await filesToSeal(this.#dataDirectory)) {
      hashes.set(path, this.#known(path) ?? (await hashFile(join(this.#dataDirectory, path))));
    }
    writeDurably(sumsPath(this.#dataDirectory), writeSums({ madeAt: now, hashes }));
  }

  /** Nothing of what was known of the files holds: the owner has looked at them. */
  forget(): void {
    this.#states.clear();
  }

  #known(path: string): string | undefined {
    const state = this.#states.get(path);
    return state !== undefined && state !== '' && state === this.#state(path)
      ? this.#before?.hashes.get(path)
      : undefined;
  }

  /** Empty of a file that is not there, or that changed hands since the hashes were made, as when it was copied back. */
  #state(path: string): string {
    const found = lstatSync(join(this.#dataDirectory, path), { bigint: true, throwIfNoEntry: false });
    if (found === undefined || Number(found.ctimeMs) > (this.#before?.madeAt ?? 0)) return '';
    return [found.ino, found.size, found.mtimeNs, found.ctimeNs].join();
  }
}

/** What is not as the last holder of the lock left it; nothing where nobody says how it was. */
export async function* changedFiles(
  dataDirectory: string,
  seen: (path: string) => void,
): AsyncGenerator<ChangedFile> {
  const text = readText(dataDirectory);
  if (text === undefined) return;
  const sums = readSums(text);
  if (sums === undefined) {
    yield { path: sumsPath('.'), change: 'differs' };
    return;
  }
  const present = new Set(await filesToSeal(dataDirectory));
  for (const [path, hash] of sums.hashes) {
    seen(path);
    if (!present.has(path)) yield { path, change: 'gone' };
    else if ((await hashFile(join(dataDirectory, path))) !== hash) yield { path, change: 'differs' };
  }
  for (const path of present) if (!sums.hashes.has(path)) yield { path, change: 'new' };
}

/** Whether the last holder of the lock left hashes, and nobody took it since. */
export function isSealed(dataDirectory: string): boolean {
  return readText(dataDirectory) !== undefined;
}

function readSealed(dataDirectory: string): Sums | undefined {
  const text = readText(dataDirectory);
  return text === undefined ? undefined : readSums(text);
}

function readText(dataDirectory: string): string | undefined {
  try {
    return readFileSync(sumsPath(dataDirectory), 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Before anything is written. A folder that cannot be synced for want of room must not keep a server from starting. */
function breakSeal(dataDirectory: string): void {
  const path = sumsPath(dataDirectory);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  rmSync(path);
  try {
    syncFolder(dirname(path));
  } catch (error) {
    if (!isWithoutRoom(error)) throw error;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  const buffer = Buffer.allocUnsafe(readBytes);
  await using file = await open(path, 'r');
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}
