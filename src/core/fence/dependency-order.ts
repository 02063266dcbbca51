/** A change among others, by its place in a list. */
export interface PlacedChange {
  readonly index: number;
  readonly hash: string;
  readonly dependencies: readonly string[];
}

/** Each change after those of the list that it depends on. */
export function inDependencyOrder(changes: readonly PlacedChange[]): readonly PlacedChange[] {
  const byHash = Map.groupBy(changes, ({ hash }) => hash);
  const ordered = new Set<PlacedChange>();
  const entered = new Set<PlacedChange>();
  const stack = [...changes].toReversed();
  while (stack.length > 0) {
    const change = stack.at(-1);
    if (change === undefined) break;
    if (entered.has(change)) {
      stack.pop();
      ordered.add(change);
      continue;
    }
    entered.add(change);
    const before = change.dependencies.flatMap((hash) => byHash.get(hash) ?? []);
    stack.push(...before.filter((one) => !entered.has(one)));
  }
  return [...ordered];
}
