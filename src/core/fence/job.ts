import type { Operation } from './request.ts';

/** Someone waits for it, or nobody does; background work gives way. */
export type Urgency = 'awaited' | 'background';

/** What became of a job: done, or refused by the child; or it ended the child, which costs more than an answer. */
export type Outcome =
  | { readonly kind: 'done'; readonly parts: readonly Uint8Array[] }
  | { readonly kind: 'refused' | 'deadly'; readonly reason: string };

/** Automerge refuses it, or it went over time or memory; the reason is the rest of a sentence. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

/** A piece of work for the child, and who waits for it. */
export interface Job {
  readonly operation: Operation;
  readonly parts: readonly Uint8Array[];
  readonly sizeBytes: number;
  readonly urgency: Urgency;
  /** How many children ended over it. */
  deaths: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}
