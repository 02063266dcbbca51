import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** The path of `name` in it. */
  at(name: string): string;
}

/** A folder of one test, gone when the test ends, also where the test took its write permission away. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'groundmist-test-'));
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.dispose]: () => {
      makeRemovable(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function makeRemovable(path: string): void {
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) makeRemovable(join(path, entry.name));
  }
}

/**
 * Every entry below `folder` with its mode, owner, time of writing and the hash of its content. Not its
 * ctime: SQLite run by root gives a log it opens to the owner of its database, who has it already.
 */
export function folderState(folder: string): readonly string[] {
  return ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].toSorted().map((name) => {
    const path = join(folder, name);
    const found = lstatSync(path, { bigint: true });
    const content = found.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
    return [name, found.mode, found.uid, found.ino, found.size, found.mtimeNs, content].join(' ');
  });
}
