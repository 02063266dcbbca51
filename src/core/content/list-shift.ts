/**
 * How far the items of a list, or the letters of a text, moved by what was put in and taken out, told from the start
 * of the list to its end. Indices are those of the list as it was left.
 */
export class ListShift {
  /** From each of these indices on, items stood `#distances` further on before. */
  readonly #starts: number[] = [];
  readonly #distances: number[] = [];
  #distance = 0;

  insert(index: number, count: number): void {
    this.#add(index + count, -count);
  }

  /** Gives where what was taken out stood before. */
  delete(index: number, count: number): number {
    const stood = index + this.#distance;
    this.#add(index, count);
    return stood;
  }

  /** Where an item stood that was there before. */
  before(index: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return index + (this.#distances[low - 1] ?? 0);
  }

  #add(start: number, count: number): void {
    this.#distance += count;
    this.#starts.push(start);
    this.#distances.push(this.#distance);
  }
}
