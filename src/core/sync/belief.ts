/** Automerge judges so much in some tens of milliseconds. */
const quicklyJudgedBytes = 64 * 1024;

/** How far what is stored of one document may be believed. */
export class Belief {
  #isOpened = true;
  #isJudged = true;
  /** Something of it was neither seen by Automerge nor checked against all operations before it. */
  #isDoubtful = false;
  /** Automerge could not make one chunk of it: something among its changes is bad. */
  #isSuspect = false;
  /** It is stored in pieces that cannot be set aside one by one. */
  #isForeign = false;

  /** Whether all that is stored may be believed and served. */
  get isOpened(): boolean {
    return this.#isOpened;
  }

  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** Whether something of it should be seen by Automerge before it is believed as the rest is. */
  get isDoubtful(): boolean {
    return this.#isDoubtful && !this.#isJudged && !this.#isForeign;
  }

  /**
   * Whether changes came that Automerge has not seen and should. What was checked in full is only seen where that is quick, and
   * otherwise when it is compacted: edits wait meanwhile.
   */
  isToBeJudged(sizeBytes: number): boolean {
    if (this.#isJudged || this.#isForeign) return false;
    return this.#isSuspect || this.#isDoubtful || sizeBytes <= quicklyJudgedBytes;
  }

  /** It was found in the store, where Automerge has seen all of it or not. */
  found(isSeen: boolean): void {
    this.#isOpened = isSeen;
    this.#isJudged = isSeen;
    this.#isDoubtful = !isSeen;
  }

  /** A document chunk came: its sender's claim. */
  claimed(): void {
    this.#isOpened = false;
    this.#isJudged = false;
  }

  /** Changes came, checked against all operations before them or not. */
  added(isChecked: boolean): void {
    this.#isJudged = false;
    this.#isDoubtful ||= !isChecked;
  }

  /** All of it was loaded; document chunks were opened for that, and are all there is or not. */
  loaded({ isJudged, isForeign }: { readonly isJudged: boolean; readonly isForeign: boolean }): void {
    this.#isOpened = true;
    this.#isJudged ||= isJudged;
    this.#isDoubtful &&= !this.#isJudged;
    this.#isForeign = isForeign;
  }

  /** Automerge has opened all that was claimed. */
  opened(): void {
    this.#isOpened = true;
    this.#isJudged = true;
    this.#isDoubtful = false;
  }

  /** Automerge has seen all of it. Where it gave no judgement, the next change asks for another. */
  judged(): void {
    this.#isSuspect = false;
    this.#isJudged = true;
    this.#isDoubtful = false;
  }

  /** Automerge has made one chunk of it, or could not. */
  compacted(isDone: boolean): void {
    this.#isSuspect = !isDone;
  }
}
