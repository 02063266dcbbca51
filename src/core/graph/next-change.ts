import type { Change } from '../format/change.ts';
import type { ChangeGraph } from './change-graph.ts';
import { Pasts } from './pasts.ts';

/** What a change is to a graph. */
export type Place =
  | { readonly kind: 'known' }
  | { readonly kind: 'next' }
  /** Changes before it are not here. */
  | { readonly kind: 'orphan' }
  /** Its author had more than is here: counters go on from all that an author has, also where it edits an older moment. */
  | { readonly kind: 'ahead' }
  /** The rest of a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

const known: Place = { kind: 'known' };
const next: Place = { kind: 'next' };
const orphan: Place = { kind: 'orphan' };
const ahead: Place = { kind: 'ahead' };

/**
 * Whether a change goes on from what is here: its dependencies and its author's last change must stand before it. Automerge
 * takes in much that does not, and cannot load again what it then saves. What it refers to is for an `OperationIndex` to judge.
 */
export function placeOf(graph: ChangeGraph, change: Change, pasts = new Pasts(graph)): Place {
  if (graph.has(change.hash)) return known;
  if (!change.dependencies.every((hash) => graph.has(hash))) return orphan;
  if (change.startOp > graph.maxOp + 1) return ahead;
  const reason = whyNotNext(graph, change, pasts);
  return reason === undefined ? next : { kind: 'refused', reason };
}

function whyNotNext(graph: ChangeGraph, change: Change, pasts: Pasts): string | undefined {
  const last = graph.lastOf(change.actor);
  if (change.seq <= (last?.seq ?? 0)) return 'its author has made another change of that number';
  if (change.seq !== (last?.seq ?? 0) + 1) return 'its author has not made the change before it';
  if (last && !pasts.isBefore(last.index, change.dependencies))
    return 'it does not build on its author’s last change';
  const maxOps = change.dependencies.map((hash) => graph.maxOpAt(graph.indexOf(hash) ?? 0));
  const floor = maxOps.reduce((most, maxOp) => Math.max(most, maxOp), 0);
  if (change.startOp <= floor) return 'its operations are counted from before those it builds on';
  if (change.operations === 0 && change.startOp > floor + 1)
    return 'it has no operations and leaves some out';
  return undefined;
}
