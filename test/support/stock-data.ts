import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Data directories written by stock automerge-repo; test/fixtures/make-stock.ts makes them. */
export const stockFixtures = ['stock-1.2.1', 'stock-2.5.6'].map((name) =>
  join(import.meta.dirname, '..', 'fixtures', name),
);

export interface ExpectedDocument {
  readonly heads: readonly string[];
  readonly content: unknown;
}

/** What each document of a fixture holds, by namespace and id. */
export function readExpected(directory: string): Readonly<Record<string, Record<string, ExpectedDocument>>> {
  return JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8')).namespaces;
}

/** Bytes as `{ $bytes: base64 }`, as JSON has none; keys sorted. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: value.toBase64() };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, toJson(inner)]));
}

/** One hash over the names, modes and content of all files in a folder that `isCounted` admits. */
export function hashTree(directory: string, isCounted: (path: string) => boolean): string {
  const hash = createHash('sha256');
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(isCounted).toSorted();
  for (const path of paths) {
    const stat = statSync(join(directory, path));
    hash.update(`${path}\0${stat.mode}\0${stat.mtimeMs}\0`);
    if (stat.isFile()) hash.update(readFileSync(join(directory, path)));
  }
  return hash.digest('hex');
}
