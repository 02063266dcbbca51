/** What is read can be decoded and is yet nothing that Automerge writes; the message is the rest of a sentence. */
export class UnsoundError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UnsoundError';
  }
}
