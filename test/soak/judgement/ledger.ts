/** What is known of every document from outside the server. */
export class Ledger {
  readonly #told = new Map<string, Set<string>>();
  /** The heads that all agreed on when they were last asked. */
  readonly #agreed = new Map<string, string>();
  readonly #touched = new Set<string>();

  /** The server said that it has these heads: from now on it must have them. */
  tell(documentId: string, heads: readonly string[]): void {
    if (heads.length === 0) return;
    const told = this.#told.get(documentId) ?? new Set();
    const before = told.size;
    for (const head of heads) told.add(head);
    if (told.size === before) return;
    this.#told.set(documentId, told);
    this.#touched.add(documentId);
  }

  get told(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#told;
  }

  get documentIds(): readonly string[] {
    return [...new Set([...this.#told.keys(), ...this.#agreed.keys()])];
  }

  /** Documents with heads that were not agreed on yet. */
  get touched(): readonly string[] {
    return [...this.#touched];
  }

  get agreed(): ReadonlyMap<string, string> {
    return this.#agreed;
  }

  /** All have these heads, and with them all that was told of. */
  agree(documentId: string, heads: readonly string[]): void {
    this.#agreed.set(documentId, heads.join());
    this.#told.delete(documentId);
    this.#touched.delete(documentId);
  }
}
