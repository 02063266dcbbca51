/** Numbers for texts that are said over and over, from 0 on in the order they came. */
export class Numbering {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];
  #length = 0;

  get size(): number {
    return this.#texts.length;
  }

  /** Characters of all of them. */
  get length(): number {
    return this.#length;
  }

  /** -1 where it has none. */
  get(text: string): number {
    return this.#numbers.get(text) ?? -1;
  }

  add(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    this.#length += text.length;
    return this.#texts.push(text) - 1;
  }

  textOf(number: number): string {
    return this.#texts[number] ?? '';
  }

  /** Forgets all but the first so many. */
  cut(size: number): void {
    while (this.#texts.length > size) {
      const text = this.#texts.pop() ?? '';
      this.#numbers.delete(text);
      this.#length -= text.length;
    }
  }
}
