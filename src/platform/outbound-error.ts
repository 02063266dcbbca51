/**
 * Why a request to the outside did not give an answer: `forbidden` our rules (nothing was sent), `unreachable` no
 * connection or a broken one, `slow` past the time limit, `large` past the size limit, `redirect` it points elsewhere.
 */
export type OutboundReason = 'forbidden' | 'unreachable' | 'slow' | 'large' | 'redirect';

interface OutboundErrorOptions {
  readonly cause?: unknown;
  readonly location?: URL | undefined;
}

/** A request to the outside that gave no answer, with a sentence for a person. */
export class OutboundError extends Error {
  readonly reason: OutboundReason;
  /** Where a redirect leads, unchecked. */
  readonly location: URL | undefined;

  constructor(reason: OutboundReason, message: string, options: OutboundErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.location = options.location;
    this.name = 'OutboundError';
    this.reason = reason;
  }
}
