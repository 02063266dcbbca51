import { Database } from 'bun:sqlite';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { writeDurably } from './durable-file.ts';
import { errorCode, hasErrorCode } from './error-code.ts';
import { holdFile } from './hold-file.ts';
import { lockHolderPath, lockPath } from './layout.ts';
import { prepareDataDirectory } from './prepare-folders.ts';

const holderSchema = z.object({
  pid: z.int(),
  /** Milliseconds since 1970. */
  startedAt: z.int(),
  /** Where the server listens: `127.0.0.1:3031`; empty of a command that works alone. */
  listen: z.string().max(300),
  /** The command that works alone: `import`. */
  command: z.string().max(100).optional(),
});

/** Who holds a data directory, in its own words. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

/** A held lock. The end of the process frees it too, however it ends. */
export interface Lock extends Disposable {
  release(): void;
}

/** Takes the one lock of a data directory for the life of the process. `Busy` tells who has it. */
export function lockDataDirectory(dataDirectory: string, holder: LockHolder): Lock {
  prepareDataDirectory(dataDirectory);
  using opened = new DisposableStack();
  try {
    opened.use(holdFile(lockPath(dataDirectory)));
    introduce(dataDirectory, holder);
  } catch (error) {
    throw whyNotLocked(dataDirectory, error);
  }
  const held = opened.move();
  const release = (): void => {
    rmSync(lockHolderPath(dataDirectory), { force: true });
    held.dispose();
  };
  return { release, [Symbol.dispose]: release };
}

/** Says who holds it, as a courtesy: a full disk must not keep a server from starting. */
function introduce(dataDirectory: string, holder: LockHolder): void {
  const path = lockHolderPath(dataDirectory);
  rmSync(path, { force: true });
  try {
    writeDurably(path, JSON.stringify(holder));
  } catch (error) {
    if (!hasErrorCode(error, 'ENOSPC')) throw error;
  }
}

function whyNotLocked(dataDirectory: string, error: unknown): Failure {
  if (errorCode(error) !== 'SQLITE_BUSY') {
    const path = lockPath(dataDirectory);
    return hasErrorCode(error, 'SQLITE_NOTADB')
      ? new Failure(
          'StoreDamaged',
          `${path} is damaged. No document is in it: move it away, and start again.`,
          { cause: error },
        )
      : new Failure('StoreUnavailable', `The lock of ${dataDirectory} cannot be taken.`, { cause: error });
  }
  const holder = readHolder(dataDirectory);
  return new Failure(
    'Busy',
    `The data directory ${dataDirectory} is held by ${whoHolds(holder)}. Only one may write to it: stop that one, or set DATA_DIR to another folder.`,
    { cause: error },
  );
}

function whoHolds(holder: LockHolder | undefined): string {
  if (holder === undefined) return 'another process, which has not yet said who it is';
  const { pid, startedAt, listen, command } = holder;
  const doing = command === undefined ? `listening on ${listen}` : `which is \`groundmist ${command}\``;
  return `process ${pid}, running since ${new Date(startedAt).toISOString()}, ${doing}`;
}

/**
 * Whether a server holds the data directory. Writes nothing and needs no write permission; true also where
 * the lock is there and cannot be looked at.
 */
export function isLocked(dataDirectory: string): boolean {
  const path = lockPath(dataDirectory);
  if (!existsSync(path)) return false;
  try {
    using database = new Database(path, { readonly: true });
    database.run('PRAGMA busy_timeout = 0');
    database.query('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch {
    return true;
  }
}

/** Whether the lock is no lock any more: nothing is in it, so that whatever is was written by something else. */
export function isLockDamaged(dataDirectory: string): boolean {
  try {
    using database = new Database(lockPath(dataDirectory), { readonly: true });
    database.query('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return hasErrorCode(error, 'SQLITE_NOTADB');
  }
}

/** Who holds the data directory; undefined where nobody does or it has not said so yet. */
export function findLockHolder(dataDirectory: string): LockHolder | undefined {
  return isLocked(dataDirectory) ? readHolder(dataDirectory) : undefined;
}

/** The words of the last holder: to be believed only while the lock is held. */
function readHolder(dataDirectory: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(lockHolderPath(dataDirectory), 'utf8')));
  } catch {
    return undefined;
  }
}
