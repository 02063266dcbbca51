import type { Heads } from '../store/document-store.ts';
import { holderOf } from './hidden.ts';
import { toJson, type Json } from './json.ts';
import type { OpenedDocument, Parts } from './opened-document.ts';
import type { Path } from './path.ts';

/** A place where several wrote at once. */
export interface Conflict {
  readonly path: Path;
  /** The one that wins, which is what the content says, comes first. */
  readonly values: readonly ConflictingValue[];
}

export interface ConflictingValue {
  readonly value: Json;
  /** Who wrote it. */
  readonly actor: string;
  readonly isWinner: boolean;
}

/** The values in conflict at these paths, as `findHidden` found them, one place after the other. */
export function* readConflicts(
  opened: OpenedDocument,
  heads: Heads,
  paths: readonly Path[],
): Generator<Conflict> {
  const root = opened.at(heads);
  for (const path of paths) {
    yield opened.ask((parts) => {
      const { id, key } = holderOf(parts, root, path);
      const values = parts.backend.getAll(id, key, [...heads]).toReversed();
      return {
        path,
        values: values.map((value, index) => conflicting(parts, heads, value, index === 0)),
      };
    });
  }
}

type FullValue = ReturnType<Parts['backend']['getAll']>[number];

/** The id of an operation or object ends with its actor, `12@ab34`. */
function conflicting(parts: Parts, heads: Heads, full: FullValue, isWinner: boolean): ConflictingValue {
  const id = String(full.at(-1));
  return { value: fullValue(parts, heads, full), actor: id.slice(id.indexOf('@') + 1), isWinner };
}

function fullValue({ automerge, backend }: Parts, heads: Heads, [kind, value]: FullValue): Json {
  if (kind === 'text') return backend.text(value, [...heads]);
  const isObject = kind === 'map' || kind === 'list' || kind === 'table';
  return toJson(automerge, isObject ? backend.materialize(value, [...heads]) : value);
}
