import type { Change } from '../format/change.ts';
import { referredOperations } from '../format/referred-operations.ts';
import type { ChangeGraph } from './change-graph.ts';
import { Pasts } from './pasts.ts';

/**
 * Why a change cannot refer to what it does: some of it is not before it; the rest of a sentence. What the graph alone can tell: not of
 * which kind it is.
 */
export function whyNotBack(graph: ChangeGraph, change: Change, pasts = new Pasts(graph)): string | undefined {
  /** The newest change of each actor that is referred to: those before it of the same actor stand before it. */
  const newest = new Map<string, number>();
  let isLost = false;
  referredOperations(change, (actor, counter) => {
    const index = graph.madeIn(actor, counter);
    if (index === undefined) isLost = true;
    else if (index > (newest.get(actor) ?? -1)) newest.set(actor, index);
  });
  const isBack = !isLost && newest.values().every((index) => pasts.isBefore(index, change.dependencies));
  return isBack ? undefined : 'it refers to operations that are not before it';
}
