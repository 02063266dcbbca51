import { readdirSync } from 'node:fs';

/** The name of everything in a data directory, however deep: what a server made there. */
export function dataTree(dataDirectory: string): readonly string[] {
  return readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' }).toSorted();
}
