import type { Json } from './json.ts';

/** Where a value stands in a document: keys of maps, indices of lists. */
export type Path = readonly (string | number)[];

const plainKey = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

/** A path as a person reads it: `entries[3].title`, `["odd key"]`. */
export function pathText(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return plainKey.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return steps.join('').replace(/^\./, '') || 'the root';
}

/** A path as a JSON Pointer (RFC 6901). */
export function jsonPointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(content: Json, path: Path): Json | undefined {
  let value: Json | undefined = content;
  for (const step of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.hasOwn(value, step) ? (value as Record<string | number, Json>)[step] : undefined;
  }
  return value;
}
