const mostShown = 3;

/** Up to three names close to `wanted`, the nearest first; names further than a quarter of its length are left out. */
export function nearestNames(wanted: string, names: Iterable<string>): readonly string[] {
  const reach = Math.max(2, Math.floor(wanted.length / 4));
  return [...new Set(names)]
    .filter((name) => Math.abs(name.length - wanted.length) <= reach)
    .map((name) => ({ name, distance: editDistance(wanted, name) }))
    .filter(({ distance }) => distance <= reach)
    .toSorted((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1))
    .slice(0, mostShown)
    .map(({ name }) => name);
}

/** Levenshtein's distance: how many characters to insert, delete or replace. */
export function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
