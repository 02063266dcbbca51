/** What somebody has of a document. */
export interface Copy {
  /** Sorted. */
  readonly heads: readonly string[];
  /** As JSON, or a hash of it; undefined where it was not looked at. */
  readonly content: string | undefined;
}

/** Everything that somebody has, by document. */
export interface Holder {
  readonly name: string;
  readonly copies: ReadonlyMap<string, Copy>;
  /** Whether it must have every document there is. */
  readonly hasAll: boolean;
}

/** A sentence for each document of which two have not the same; none where all agree. */
export function findDivergences(holders: readonly Holder[]): readonly string[] {
  const ids = new Set(holders.flatMap(({ copies }) => [...copies.keys()]));
  return [...ids].toSorted().flatMap((id) => divergencesOf(id, holders));
}

function divergencesOf(id: string, holders: readonly Holder[]): readonly string[] {
  const reference = holders.find(({ copies }) => copies.has(id));
  const expected = reference?.copies.get(id);
  if (!reference || !expected) return [];
  return holders.flatMap(({ name, copies, hasAll }) => {
    const copy = copies.get(id);
    if (!copy) return hasAll ? [`${name} does not have ${id}, which ${reference.name} has`] : [];
    if (copy.heads.join() !== expected.heads.join())
      return [`${id} has the heads ${listed(copy)} at ${name} and ${listed(expected)} at ${reference.name}`];
    const isSame = copy.content === undefined || expected.content === undefined;
    return isSame || copy.content === expected.content
      ? []
      : [`${id} has the same heads and another content at ${name} than at ${reference.name}`];
  });
}

/** What was acknowledged and is not there: a sentence for each document. */
export function findLosses(
  told: ReadonlyMap<string, ReadonlySet<string>>,
  has: (id: string, head: string) => boolean,
): readonly string[] {
  return [...told].flatMap(([id, heads]) => {
    const lost = [...heads].filter((head) => !has(id, head));
    return lost.length === 0
      ? []
      : [`${id} lost ${lost.length} acknowledged of ${heads.size}: ${lost.join(', ')}`];
  });
}

function listed({ heads }: Copy): string {
  return heads.map((head) => head.slice(0, 8)).join('+') || 'of nothing';
}
