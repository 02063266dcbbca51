/** A change as its chunk tells of it. */
export interface KnownChange {
  readonly hash: string;
  readonly dependencies: readonly string[];
}

/** What of some changes can be applied, and what waits. */
export interface Closure {
  /** All hashes of what applies. */
  readonly present: ReadonlySet<string>;
  /** Hashes of changes that wait for others. */
  readonly waiting: ReadonlySet<string>;
  /** Hashes that something waits for and that are nowhere. */
  readonly missing: ReadonlySet<string>;
  /** Of what waits, sorted. */
  readonly waitingHeads: readonly string[];
}

/** What the hashes inside document chunks and loose changes make together, in whatever order they come. */
export function closureOf(inside: Iterable<string>, changes: readonly KnownChange[]): Closure {
  const present = new Set(inside);
  const loose = new Map(changes.filter(({ hash }) => !present.has(hash)).map((one) => [one.hash, one]));
  apply(present, loose);
  const waiting = new Set([...loose.keys()].filter((hash) => !present.has(hash)));
  const needed = [...waiting].flatMap((hash) => loose.get(hash)?.dependencies ?? []);
  return {
    present,
    waiting,
    missing: new Set(needed.filter((hash) => !present.has(hash) && !waiting.has(hash))),
    waitingHeads: tips([...waiting], (hash) => loose.get(hash)?.dependencies ?? []),
  };
}

/** Adds what can be applied to `present`. */
function apply(present: Set<string>, loose: ReadonlyMap<string, KnownChange>): void {
  const followers = new Map<string, KnownChange[]>();
  const lacks = new Map<string, number>();
  const ready: KnownChange[] = [];
  for (const change of loose.values()) {
    const missing = change.dependencies.filter((hash) => !present.has(hash));
    lacks.set(change.hash, missing.length);
    if (missing.length === 0) ready.push(change);
    for (const hash of missing) {
      const known = followers.get(hash);
      if (known) known.push(change);
      else followers.set(hash, [change]);
    }
  }
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    present.add(next.hash);
    for (const follower of followers.get(next.hash) ?? []) {
      const left = (lacks.get(follower.hash) ?? 0) - 1;
      lacks.set(follower.hash, left);
      if (left === 0) ready.push(follower);
    }
  }
}

function tips(
  hashes: readonly string[],
  dependencies: (hash: string) => readonly string[],
): readonly string[] {
  const needed = new Set(hashes.flatMap(dependencies));
  return hashes.filter((hash) => !needed.has(hash)).toSorted();
}
