import type { Heads } from '../store/document-store.ts';
import { holderOf } from './hidden.ts';
import { toJson, type Json } from './json.ts';
import type { OpenedDocument, Parts } from './opened-document.ts';
import type { Path } from './path.ts';

/** A place where several wrote at once. */
export interface Conflict {
  readonly path: Path;
  /** The one that wins, which is what the content says, comes first; then by actor. */
  readonly values: readonly ConflictingValue[];
}

export interface ConflictingValue {
  readonly value: Json;
  /** Who wrote it. */
  readonly actor: string;
  readonly isWinner: boolean;
  /** A counter looks like any number. */
  readonly isCounter?: true;
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
      const all = parts.backend.getAll(id, key, [...heads]);
      const winner = all.pop();
      const values = (winner ? [winner, ...all.toSorted(byActor)] : []).map((value, index) =>
        conflicting(parts, heads, value, index === 0),
      );
      return { path, values };
    });
  }
}

type FullValue = ReturnType<Parts['backend']['getAll']>[number];

function byActor(one: FullValue, next: FullValue): number {
  return actorOf(one) < actorOf(next) ? -1 : 1;
}

/** The id of an operation or object, which comes last, ends with its actor, `12@ab34`. */
function actorOf(full: FullValue): string {
  const id = String(full.at(-1));
  return id.slice(id.indexOf('@') + 1);
}

function conflicting(parts: Parts, heads: Heads, full: FullValue, isWinner: boolean): ConflictingValue {
  const counter = full[0] === 'counter' ? { isCounter: true as const } : {};
  return { value: fullValue(parts, heads, full), actor: actorOf(full), isWinner, ...counter };
}

function fullValue({ automerge, backend }: Parts, heads: Heads, [kind, value]: FullValue): Json {
  if (kind === 'text') return backend.text(value, [...heads]);
  const isObject = kind === 'map' || kind === 'list' || kind === 'table';
  return toJson(automerge, isObject ? backend.materialize(value, [...heads]) : value);
}
