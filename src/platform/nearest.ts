const mostShown = 3;

/** Up to this length a word of two other letters is another word. */
const shortWord = 3;

/** The candidate most like `text`, or the only one that begins with it; undefined where none is near enough to be what was meant. */
export function findNearest(text: string, candidates: readonly string[]): string | undefined {
  if (text === '') return undefined;
  const wanted = text.toLowerCase();
  let nearest: string | undefined;
  let least = (text.length <= shortWord ? 1 : Math.max(2, Math.floor(text.length * 0.4))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  if (nearest !== undefined) return nearest;
  const begun = candidates.filter((candidate) => candidate.toLowerCase().startsWith(wanted));
  return begun.length === 1 ? begun[0] : undefined;
}

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

/** How many letters must change, come, go, or swap with a neighbour (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const change = cell(last, column - 1) + (isSame ? 0 : 1);
      const swap = isSwap ? cell(beforeLast, column - 2) + 1 : Infinity;
      current.push(Math.min(cell(last, column) + 1, cell(current, column - 1) + 1, change, swap));
    }
    [beforeLast, last] = [last, current];
  }
  return cell(last, right.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
