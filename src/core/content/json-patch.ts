import type { Difference } from './differences.ts';
import type { Json } from './json.ts';
import { jsonPointer, type Path } from './path.ts';

/** An operation of JSON Patch (RFC 6902). */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The operations that make the later content of the earlier one. JSON Patch cannot edit a string, so an edited text
 * is replaced; formatting and conflicts are no part of the content.
 */
export function* jsonPatch(differences: Iterable<Difference>): Generator<JsonPatchOperation> {
  for (const difference of differences) yield* operationsOf(difference);
}

function* operationsOf(difference: Difference): Generator<JsonPatchOperation> {
  const { path } = difference;
  switch (difference.kind) {
    case 'added':
      yield { op: 'add', path: jsonPointer(path), value: difference.after };
      return;
    case 'removed':
      yield { op: 'remove', path: jsonPointer(path) };
      return;
    case 'changed':
    case 'counted':
    case 'edited':
      yield { op: 'replace', path: jsonPointer(path), value: difference.after };
      return;
    case 'inserted':
      for (const [offset, value] of difference.items.entries()) {
        yield { op: 'add', path: jsonPointer(further(path, offset)), value };
      }
      return;
    case 'deleted':
      // The last one first: whoever applies this to a long list then moves no item twice.
      for (let offset = difference.items.length - 1; offset >= 0; offset -= 1) {
        yield { op: 'remove', path: jsonPointer(further(path, offset)) };
      }
      return;
    case 'marked':
    case 'block':
    case 'conflict':
  }
}

function further(path: Path, offset: number): Path {
  return [...path.slice(0, -1), Number(path.at(-1)) + offset];
}
