/** The child does not do what it was asked, for this reason; the rest of a sentence. */
export class Refusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Refusal';
  }
}
