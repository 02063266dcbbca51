/** Changes in an order that puts each after those it depends on. */
export interface Ancestry {
  readonly size: number;
  readonly heads: readonly string[];
  indexOf(hash: string): number | undefined;
  dependenciesAt(index: number): readonly number[];
}

const unseen = 0;
const wanted = 1;
const held = 2;

/**
 * The indices of the changes, oldest first, that are neither among `hashes` nor before one of them. Walks from the
 * newest change down and stops as soon as all that is left is held: it costs what is new, not the history.
 */
export function outsideOf(graph: Ancestry, hashes: Iterable<string>): readonly number[] {
  const marks = new Map<number, number>();
  let wantedCount = 0;
  const mark = (index: number, as: number): void => {
    const before = marks.get(index) ?? unseen;
    if (before >= as) return;
    if (before === wanted) wantedCount -= 1;
    if (as === wanted) wantedCount += 1;
    marks.set(index, as);
  };
  for (const hash of hashes) {
    const index = graph.indexOf(hash);
    if (index !== undefined) mark(index, held);
  }
  for (const head of graph.heads) mark(graph.indexOf(head) ?? 0, wanted);
  const outside: number[] = [];
  for (let index = graph.size - 1; wantedCount > 0; index -= 1) {
    const as = marks.get(index);
    if (as === undefined) continue;
    marks.delete(index);
    if (as === wanted) {
      wantedCount -= 1;
      outside.push(index);
    }
    for (const dependency of graph.dependenciesAt(index)) mark(dependency, as);
  }
  return outside.toReversed();
}
