import { Database, constants } from 'bun:sqlite';
import {
  chmodSync,
  constants as files,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ReadOnlyOptions {
  /** Whether a process writes to the database now. */
  readonly hasWriter: () => boolean | Promise<boolean>;
  /** Where a private copy lies for the moment it takes to open it. */
  readonly temporaryDirectory: string;
  /** Told when a copy is read although a writer runs: what the copy holds may be older by then. */
  readonly onCopyBesideWriter: () => void;
}

/** The database changed under every attempt to read it. */
export class DatabaseUnsteadyError extends Error {
  constructor(path: string) {
    super(`${path} changed during each of ${maxAttempts} attempts to read it`);
    this.name = 'DatabaseUnsteadyError';
  }
}

const maxAttempts = 8;
const readOnly = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;

interface OpenDatabase {
  readonly database: Database;
  readonly isCopy: boolean;
  /** Whether what was read since it was opened is one state of the database. */
  isSteady(): boolean;
}

type Query<Result> = (database: Database, isCopy: boolean) => Result;

type Outcome<Result> =
  | { readonly kind: 'read'; readonly result: Result }
  | { readonly kind: 'changed' | 'refused' };

/**
 * Reads a WAL database that other processes write, and changes no byte beside it. An ordinary read-only
 * open leaves `-wal` and `-shm` behind or touches the latter, so the way in depends on what lies there:
 * nothing in the log: `immutable=1`, trusted only if the files are the same afterwards;
 * a log and a writer: through the log, with the shared memory opened read-only;
 * a log that nobody writes, after a kill: a private copy, since only a writer could recover it in place.
 */
export class ReadOnlyDatabase implements Disposable {
  readonly #path: string;
  readonly #options: ReadOnlyOptions;
  #open: OpenDatabase | undefined;

  constructor(path: string, options: ReadOnlyOptions) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * What `query` reads; it may run several times and must only read. `isCopy` where what it is given stays as it
   * was. SQLite's own errors pass through, `DatabaseUnsteadyError` where the files never hold still.
   */
  async read<Result>(query: Query<Result>): Promise<Result> {
    let mustCopy = false;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const outcome: Outcome<Result> = await this.#attempt(query, mustCopy);
      if (outcome.kind === 'read') return outcome.result;
      mustCopy ||= outcome.kind === 'refused';
      this.#close();
    }
    throw new DatabaseUnsteadyError(this.#path);
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #close(): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  async #attempt<Result>(query: Query<Result>, mustCopy: boolean): Promise<Outcome<Result>> {
    try {
      this.#open ??= await this.#openNow(mustCopy);
      if (!this.#open) return { kind: 'changed' };
      const result = query(this.#open.database, this.#open.isCopy);
      return this.#open.isSteady() ? { kind: 'read', result } : { kind: 'changed' };
    } catch (error) {
      if (!mustCopy && isRefusedByLog(error)) return { kind: 'refused' };
      if (this.#open && !this.#open.isSteady()) return { kind: 'changed' };
      throw error;
    }
  }

  async #openNow(mustCopy: boolean): Promise<OpenDatabase | undefined> {
    const before = trace(this.#path);
    if (!before.hasLog) return openImmutable(this.#path, before);
    const hasWriter = await this.#options.hasWriter();
    if (hasWriter && !mustCopy && existsSync(`${this.#path}-shm`)) return openBesideWriter(this.#path);
    const copy = openCopyOf(this.#path, before, this.#options.temporaryDirectory);
    if (copy && hasWriter) this.#options.onCopyBesideWriter();
    return copy;
  }
}

function openImmutable(path: string, before: Trace): OpenDatabase {
  const database = new Database(`${pathToFileURL(path).href}?immutable=1`, readOnly);
  return { database, isCopy: false, isSteady: () => trace(path).state === before.state };
}

/**
 * Each statement is one short read transaction; none stays open. `readonly_shm` keeps our read marks out
 * of the shared memory. Where the writer closes in the instant between the look at its log and this open,
 * SQLite leaves an empty `-wal`, which the next writer takes over.
 */
function openBesideWriter(path: string): OpenDatabase {
  const database = new Database(`${pathToFileURL(path).href}?readonly_shm=1`, readOnly);
  database.run('PRAGMA busy_timeout = 2000');
  return { database, isCopy: false, isSteady: () => true };
}

/** A copy of one state of the database, or undefined where it was written to meanwhile. */
function openCopyOf(path: string, before: Trace, temporaryDirectory: string): OpenDatabase | undefined {
  const isSame = (): boolean => trace(path).state === before.state;
  try {
    const database = openCopy(path, temporaryDirectory);
    if (isSame()) return { database, isCopy: true, isSteady: () => true };
    database.close();
  } catch (error) {
    if (isSame()) throw error;
  }
  return undefined;
}

/** The copy's names are gone before anything is read from it: a kill leaves nothing behind. */
function openCopy(path: string, temporaryDirectory: string): Database {
  const folder = mkdtempSync(join(temporaryDirectory, 'groundmist-'));
  try {
    const copy = join(folder, 'copy.sqlite');
    for (const suffix of ['', '-wal']) {
      copyFileSync(path + suffix, copy + suffix, files.COPYFILE_FICLONE);
      chmodSync(copy + suffix, 0o600);
    }
    const database = new Database(copy, { readwrite: true, create: false });
    database.run('SELECT count(*) FROM sqlite_master');
    return database;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Trace {
  /** Changes whenever the database or its log is written. */
  readonly state: string;
  readonly hasLog: boolean;
}

function trace(path: string): Trace {
  const log = lstatSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false });
  const hasLog = log !== undefined && log.size > 0n;
  const main = lstatSync(path, { bigint: true });
  const state = [main, ...(hasLog ? [log] : [])].map((file) => `${file.ino} ${file.size} ${file.mtimeNs}`);
  return { state: state.join(), hasLog };
}

/** The log cannot be read in place: its shared memory is gone, not ours to open, or needs recovery. */
function isRefusedByLog(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(?:CANTOPEN|READONLY|BUSY|PROTOCOL)/.test(code);
}
