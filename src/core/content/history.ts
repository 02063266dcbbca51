import type { Heads } from '../store/document-store.ts';
import { changeTime } from './change-time.ts';
import type { OpenedDocument } from './opened-document.ts';

/** One change of a document, without what it did. */
export interface HistoricChange {
  /** Lower-case hex, as all hashes. */
  readonly hash: string;
  readonly actor: string;
  /** Its number among the changes of its actor, from 1. */
  readonly seq: number;
  /** When it says that it was made, in milliseconds since 1970; undefined where it does not say. */
  readonly madeAt: number | undefined;
  /** The latest `madeAt` of it and of all that it builds on; -Infinity where none says. */
  readonly notBefore: number;
  readonly message: string | undefined;
  /** Removals are some, too. */
  readonly operationCount: number;
  readonly dependencies: Heads;
}

/** All changes of a document, each after those it builds on. */
export interface History {
  readonly changes: readonly HistoricChange[];
  /** Where in `changes` a hash stands. */
  readonly places: ReadonlyMap<string, number>;
}

/** Reads the history of a document: some 150 ms and 25 MB for 40,000 changes, however large they are. */
export function readHistory(opened: OpenedDocument): History {
  const metas = opened.ask(({ automerge, document }) => automerge.getChangesMetaSince(document, []));
  const changes: HistoricChange[] = [];
  const places = new Map<string, number>();
  for (const { hash, actor, seq, time, message, startOp, maxOp, deps } of metas) {
    const madeAt = changeTime(time);
    let notBefore = madeAt ?? -Infinity;
    for (const hashBefore of deps) {
      const before = changes[places.get(hashBefore) ?? -1];
      if (before) notBefore = Math.max(notBefore, before.notBefore);
    }
    places.set(hash, changes.length);
    changes.push({
      hash,
      actor,
      seq,
      madeAt,
      notBefore,
      message: message ?? undefined,
      operationCount: maxOp - startOp + 1,
      dependencies: deps,
    });
  }
  return { changes, places };
}

/** The changes that made the state at `heads`, each after those it builds on. */
export function changesUpTo({ changes, places }: History, heads: Heads): readonly HistoricChange[] {
  const isIn = new Uint8Array(changes.length);
  for (const head of heads) isIn[places.get(head) ?? changes.length] = 1;
  for (let place = changes.length - 1; place >= 0; place -= 1) {
    if (isIn[place] === 0) continue;
    for (const hash of changes[place]?.dependencies ?? []) isIn[places.get(hash) ?? changes.length] = 1;
  }
  return changes.filter((_, place) => isIn[place] === 1);
}

/** Those of `changes` that no other of them builds on, sorted. */
export function headsOf(changes: readonly HistoricChange[]): Heads {
  const builtOn = new Set(changes.flatMap(({ dependencies }) => dependencies));
  return changes.flatMap(({ hash }) => (builtOn.has(hash) ? [] : [hash])).toSorted();
}

/**
 * The newest first, and none before all that build on it. A clock that is behind makes a change no older than what
 * it builds on, and one without a time is as old as that.
 */
export function newestFirst(changes: readonly HistoricChange[]): readonly HistoricChange[] {
  // What builds on a change stands after it and is not before it in time, so that time and place alone sort soundly.
  const places = Array.from(changes, (_, place) => place);
  places.sort((one, next) => timeAt(changes, next) - timeAt(changes, one) || next - one);
  return places.flatMap((place) => changes[place] ?? []);
}

function timeAt(changes: readonly HistoricChange[], place: number): number {
  return Math.max(changes[place]?.notBefore ?? 0, -Number.MAX_VALUE);
}
