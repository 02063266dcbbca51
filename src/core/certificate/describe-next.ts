export interface Next {
  readonly at: number;
  /** The earliest moment at which a start may ask, and what time it is; milliseconds since 1970, as `at`. */
  readonly earliest: number;
  readonly now: number;
  /** Only the port did not take it, which is no order. */
  readonly isThere: boolean;
  /** The authority counts what failed. */
  readonly isCounted: boolean;
}

/** When it is tried again after something failed, and what a restart does to that. */
export function describeNext({ at, earliest, now, isThere, isCounted }: Next): string {
  const next = `It is tried again at ${timeOf(at)}`;
  if (isThere) return `The certificate is there. ${next}, and by a restart at once.`;
  if (earliest >= at) return `${next}; a restart makes that no sooner.`;
  if (earliest > now) return `${next}; after a restart not before ${timeOf(earliest)}.`;
  return `${next}; after a restart at once${isCounted ? ', but no more than four times an hour' : ''}.`;
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
