/** The candidate most like `text`, or undefined where none is near enough to be what was meant. */
export function findNearest(text: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(text.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** How many letters must change, come or go, or swap with a neighbour (optimal string alignment). */
function editDistance(left: string, right: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const at = (line: readonly number[], index: number): number => line[index] ?? Infinity;
      const change = at(last, column - 1) + (isSame ? 0 : 1);
      const swap = isSwap ? at(beforeLast, column - 2) + 1 : Infinity;
      current.push(Math.min(at(last, column) + 1, at(current, column - 1) + 1, change, swap));
    }
    [beforeLast, last] = [last, current];
  }
  return last[right.length] ?? Infinity;
}
