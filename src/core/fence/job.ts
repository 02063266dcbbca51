import type { Answer, Operation } from './request.ts';

/** Someone waits for it, or nobody does; background work gives way. */
export type Urgency = 'awaited' | 'background';

/** What the child says to a job; `refused` also where it never answers. */
export type Outcome =
  | { readonly kind: Exclude<Answer, 'ready' | 'refused'>; readonly parts: readonly Uint8Array[] }
  | Refused;

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
