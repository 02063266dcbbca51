import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { syncFolder, writeDurably } from './durable-file.ts';
import { hasErrorCode } from './error-code.ts';
import { controlDatabasePath, quarantineDirectory, sumsPath } from './layout.ts';
import { filesToSeal } from './sealed-files.ts';
import { isWithoutRoom } from './store-failure.ts';
import { readSums, writeSums, type Sum, type Sums } from './sums-text.ts';

/** A file whose bytes are not those that the last holder of the lock left. */
export interface ChangedFile {
  /** From the data directory. */
  readonly path: string;
  readonly change: 'differs' | 'gone' | 'new';
}

const readBytes = 2 ** 20;
const never = (): boolean => false;

/**
 * The hashes of all our files that carry no checksum of their own, from the end of one holder of the lock to the
 * beginning of the next: while they are there, nobody wrote. Begins by taking them away, on the disk too.
 */
export class Seal {
  readonly #dataDirectory: string;
  #before: Sums;
  /** How the files were when this one began; undefined of those that were gone. */
  readonly #states: ReadonlyMap<string, string | undefined>;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
    const text = readText(dataDirectory);
    this.#before = (text === undefined ? undefined : readSums(text)) ?? new Map();
    this.#states = new Map(
      [...this.#before.keys()].map((path) => [path, stateOf(join(dataDirectory, path))]),
    );
    breakSeal(dataDirectory);
  }

  /**
   * Once everything is closed and before the lock is released. What this holder has not written keeps its hash: it need
   * not be read again, and what another changed is still found, before this holder and beside it. Throws once it is late.
   */
  async renew(isLate: () => boolean): Promise<void> {
    const sums = new Map<string, Sum>();
    for (const path of await filesToSeal(this.#dataDirectory)) {
      const file = join(this.#dataDirectory, path);
      const state = stateOf(file);
      const known = this.#before.get(path);
      const isUntouched = known !== undefined && this.#states.get(path) === state;
      sums.set(path, isUntouched ? known : { hash: await hashFile(file, isLate), state: state ?? '' });
    }
    for (const [path, sum] of this.#before) if (this.#isMissed(path) && !sums.has(path)) sums.set(path, sum);
    writeDurably(sumsPath(this.#dataDirectory), writeSums(sums));
  }

  /** Nothing of what was known of the files holds: they were looked at. But that who was let in is gone is no less so. */
  forget(): void {
    const control = relative(this.#dataDirectory, controlDatabasePath(this.#dataDirectory));
    this.#before = new Map([...this.#before].filter(([path]) => path === control && this.#isMissed(path)));
  }

  /** What was gone already; but the owner may throw away what is in quarantine. */
  #isMissed(path: string): boolean {
    const quarantine = relative(this.#dataDirectory, quarantineDirectory(this.#dataDirectory));
    return this.#states.get(path) === undefined && !path.startsWith(`${quarantine}/`);
  }
}

/** Undefined where it is gone. Also the time at which anything of it was changed (ctime), which nobody can set. */
function stateOf(path: string): string | undefined {
  const file = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return file && [file.ino, file.size, file.mtimeNs, file.ctimeNs].join();
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
  for (const [path, { hash }] of sums) {
    seen(path);
    if (!present.has(path)) yield { path, change: 'gone' };
    else if ((await hashFile(join(dataDirectory, path), never)) !== hash) yield { path, change: 'differs' };
  }
  for (const path of present) if (!sums.has(path)) yield { path, change: 'new' };
}

/** Whether the last holder of the lock left hashes, and nobody took it since. */
export function isSealed(dataDirectory: string): boolean {
  return readText(dataDirectory) !== undefined;
}

/** The files that the last holder of the lock left, by their sizes in bytes; none where nobody says. */
export function leftFiles(dataDirectory: string): ReadonlyMap<string, number> {
  const sums = readSums(readText(dataDirectory) ?? '') ?? new Map<string, Sum>();
  return new Map([...sums].map(([path, { state }]) => [path, Number(state.split(',')[1])]));
}

/** Whether they read as they were written. */
export function areSumsWhole(dataDirectory: string): boolean {
  const text = readText(dataDirectory);
  return text !== undefined && readSums(text) !== undefined;
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

async function hashFile(path: string, isLate: () => boolean): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  const buffer = Buffer.allocUnsafe(readBytes);
  await using file = await open(path, 'r');
  for (;;) {
    if (isLate()) throw new Error(`${path} takes too long to be read`);
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}
