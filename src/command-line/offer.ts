import type { CommandContext } from '../feature.ts';

/** One word that may be typed, as a shell offers it. */
export interface Candidate {
  readonly word: string;
  readonly summary?: string;
}

/** Looks for what may be typed now. It is asked at each Tab, so it is quick, and fails where it finds nothing out. */
export type FindCandidates = (
  context: Pick<CommandContext, 'configuration' | 'features'>,
) => Promise<readonly Candidate[]>;

/** What a shell completes a value to: a path, a namespace of the data directory, or what is found when it asks. */
export type Offer = NamedOffer | (() => Promise<FindCandidates>);
export type NamedOffer = 'file' | 'directory' | 'namespace';

/** A value that a shell can complete. */
export interface Offerable {
  /** All that it may be; anything else is refused. */
  readonly choices?: readonly string[];
  /** Where it is left out, a value that is called as one of the named offers is completed as that. */
  readonly offer?: Offer;
}
