import { chmodSync, rmSync } from 'node:fs';
import { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import { isLocked } from './lock.ts';
import { createPrivateFile } from './private-file.ts';

export interface CopyDatabaseOptions {
  readonly from: string;
  readonly to: string;
  /** Whose lock says whether somebody writes. */
  readonly dataDirectory: string;
  readonly temporaryDirectory: string;
}

/**
 * One state of a database that a server may be writing to, as a file of its own, for this user only. Changes no byte
 * beside the original; its writer goes on, and its log is not cut back meanwhile.
 */
export async function copyDatabase(options: CopyDatabaseOptions): Promise<void> {
  const { from, to, dataDirectory, temporaryDirectory } = options;
  using original = new ReadOnlyDatabase(from, {
    temporaryDirectory,
    hasWriter: () => isLocked(dataDirectory),
    onCopyBesideWriter: () => {},
  });
  await original.read((database) => {
    rmSync(to, { force: true });
    createPrivateFile(to);
    // https://sqlite.org/lang_vacuum.html#vacuuminto: an empty file is as good as none.
    database.query('VACUUM INTO ?').run(to);
  });
  chmodSync(to, 0o600);
}
