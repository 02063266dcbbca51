import type { Change } from '../format/change.ts';
import { referredOperations } from '../format/referred-operations.ts';
import { isBefore } from './ancestry.ts';
import type { ChangeGraph } from './change-graph.ts';

/**
 * By how much the counters of a change may run ahead of all that is here. A client counts on from what it has, which
 * is here before its change, but for what it edited aside at an older moment.
 */
const mostCounterGap = 100_000;

/** What a change is to a graph. */
export type Place =
  | { readonly kind: 'known' }
  | { readonly kind: 'next' }
  /** Changes before it are not here. */
  | { readonly kind: 'orphan'; readonly missing: readonly string[] }
  /** The rest of a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

const known: Place = { kind: 'known' };
const next: Place = { kind: 'next' };

/** Whether a change goes on from what is here: its dependencies, its author's last change, and what it refers to. */
export function placeOf(graph: ChangeGraph, change: Change): Place {
  if (graph.has(change.hash)) return known;
  const missing = change.dependencies.filter((hash) => !graph.has(hash));
  if (missing.length > 0) return { kind: 'orphan', missing };
  const reason = whyNotNext(graph, change);
  return reason === undefined ? next : { kind: 'refused', reason };
}

function whyNotNext(graph: ChangeGraph, change: Change): string | undefined {
  const dependencies = change.dependencies.map((hash) => graph.indexOf(hash) ?? 0);
  const last = graph.lastOf(change.actor);
  if (change.seq <= (last?.seq ?? 0)) return 'its author has made another change of that number';
  if (change.seq !== (last?.seq ?? 0) + 1) return 'its author has not made the change before it';
  if (last && !isBefore(graph, last.index, dependencies)) return 'it does not build on its author’s last change';
  const floor = dependencies.reduce((most, index) => Math.max(most, graph.maxOpAt(index)), 0);
  if (change.startOp <= floor) return 'its operations are counted from before those it builds on';
  if (change.startOp > graph.maxOp + 1 + mostCounterGap) return 'its operations are counted from far ahead';
  return whyNotReferring(graph, change);
}

function whyNotReferring(graph: ChangeGraph, change: Change): string | undefined {
  let isLost = false;
  referredOperations(change, (actor, counter) => {
    const last = graph.lastOf(actor);
    if (last === undefined || counter > last.maxOp) isLost = true;
  });
  return isLost ? 'it refers to operations that nobody made' : undefined;
}
