import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';

/** A new folder, which goes with all that is in it. */
export interface Folder extends Disposable {
  readonly path: string;
}

/** Makes it below the system's folder for temporary files: `TMPDIR`, else /tmp. */
export function makeFolder(): Folder {
  const parent = resolve(tmpdir());
  try {
    const path = mkdtempSync(join(realpathSync(parent), 'groundmist-demo-'));
    return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      'StoreUnavailable',
      `The demo cannot make a folder in ${parent}: ${reason}. Name another place: TMPDIR=<folder> groundmist demo.`,
      { cause: error },
    );
  }
}
