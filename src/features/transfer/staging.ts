import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { hasErrorCode } from '../../core/store/error-code.ts';
import { holdFile } from '../../core/store/hold-file.ts';

/** Where files are written before they are moved to their places. */
export interface Staging extends AsyncDisposable {
  readonly path: string;
}

const stagingName = '.groundmist-export';
const lockName = 'lock';

/**
 * The staging folder of `directory`, empty, for this process alone; `Busy` where another one has it. It goes when it is
 * disposed, and the next run removes what a killed one left.
 */
export async function takeStaging(directory: string): Promise<Staging> {
  const path = join(directory, stagingName);
  // A link would lead elsewhere.
  if (!(await statOf(path))?.isDirectory()) await rm(path, { force: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  const lock = hold(join(path, lockName), directory);
  try {
    // The run before may have ended, and removed its lock, in the moment in which this one opened it.
    if (!(await statOf(join(path, lockName)))) throw busy(directory);
    for (const name of await readdir(path)) {
      if (name !== lockName) await rm(join(path, name), { recursive: true, force: true });
    }
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      lock[Symbol.dispose]();
    },
  };
}

function hold(path: string, directory: string): Disposable {
  try {
    return holdFile(path);
  } catch (error) {
    throw hasErrorCode(error, 'SQLITE_BUSY') ? busy(directory) : error;
  }
}

function busy(directory: string): Failure {
  return new Failure(
    'Busy',
    `Another \`groundmist export\` writes into ${directory}: wait for its end and run this again, or name another folder.`,
  );
}

function statOf(path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
  return lstat(path).catch(() => undefined);
}
