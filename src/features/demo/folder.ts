import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';

/** A new folder, which goes with all that is in it. */
export interface Folder extends Disposable {
  readonly path: string;
}

/** Makes it below the system's folder for temporary files: `TMPDIR`, else /tmp. */
export function makeFolder(place = tmpdir()): Folder {
  const parent = resolve(place);
  try {
    const path = mkdtempSync(join(realpathSync(parent), 'groundmist-demo-'));
    return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
  } catch (error) {
    throw new Failure(
      'StoreUnavailable',
      `The demo cannot make a folder in ${parent}: ${whyNot(error)}. Name another place: TMPDIR=<folder> groundmist demo.`,
      { cause: error },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its disk can only be read',
  ENOSPC: 'its disk is full',
};

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
