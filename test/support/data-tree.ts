import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of everything in a data directory, however deep: what a server made there. */
export function dataTree(dataDirectory: string): readonly string[] {
  return readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' }).toSorted();
}

/** The bytes of every file below a folder, as their hashes, by path. */
export function filesUnder(directory: string): Readonly<Record<string, string>> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    files.toSorted().map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}
