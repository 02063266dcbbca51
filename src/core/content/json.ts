import type { loadAutomerge } from '../automerge.ts';

type Automerge = Awaited<ReturnType<typeof loadAutomerge>>;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `Array.isArray`, of which TypeScript does not know that it takes lists that are only read. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Deeper content is refused: every reader of its JSON recurses. */
const maxDepth = 500;

/**
 * An Automerge value as JSON, as docs/json.md describes: what JSON can say stays plain (a counter is its
 * number, both kinds of string are strings), what it cannot is an object with one `$` key. Bytes take the
 * form of atproto's data model, with padding (https://atproto.com/specs/data-model).
 */
export function toJson(automerge: Automerge, value: unknown, depth = 0): Json {
  if (depth > maxDepth) throw new RangeError(`it nests deeper than ${maxDepth} levels`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $float: String(value) };
  if (typeof value === 'bigint') return { $integer: String(value) };
  if (value instanceof Uint8Array) return { $bytes: value.toBase64() };
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? null : value.toISOString() };
  if (automerge.isImmutableString(value)) return value.toString();
  if (automerge.isCounter(value)) return toJson(automerge, value.value, depth);
  if (Array.isArray(value)) return value.map((item) => toJson(automerge, item, depth + 1));
  if (typeof value !== 'object') return null;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, toJson(automerge, item, depth + 1)]));
}
