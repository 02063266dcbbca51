import { hasAutomergeStopped, type SyncState } from '../automerge.ts';
import { Failure } from '../failure.ts';
import type { Heads } from '../store/document-store.ts';
import type { SyncLimits } from './limits.ts';
import type { MaterialisedDocument } from './materialised-document.ts';
import { refuseCostlyMessage } from './message-cost.ts';

/** A sync message and who sent it. */
export interface Received<Sender> {
  readonly peer: Sender;
  readonly data: Uint8Array;
}

export type TakenIn<Sender> =
  | {
      readonly kind: 'taken';
      /** The sync states after these messages. */
      readonly states: ReadonlyMap<Sender, SyncState>;
      /** What the store has to keep before anybody is told. */
      readonly chunks: readonly Uint8Array[];
      readonly heads: Heads;
    }
  | { readonly kind: 'refused'; readonly sender: Sender; readonly failure: Failure };

export interface TakeInOptions<Sender> {
  /** Undefined for a peer that has left: what it sent is passed over. */
  readonly stateOf: (peer: Sender) => SyncState | undefined;
  readonly limits: Pick<SyncLimits, 'inflatedBytes' | 'operationsPerDocument'>;
}

/**
 * Takes the messages of a round into a document in memory. Each is judged by itself, so that one which cannot
 * be applied, or not be stored so that it can be read again, is held against its sender and nobody else;
 * memory may then have taken a part of it. Throws only where Automerge has stopped for good.
 */
export function takeIn<Sender>(
  document: MaterialisedDocument,
  received: readonly Received<Sender>[],
  { stateOf, limits }: TakeInOptions<Sender>,
): TakenIn<Sender> {
  const budget = { inflatedBytes: limits.inflatedBytes, operations: limits.operationsPerDocument };
  const states = new Map<Sender, SyncState>();
  const chunks: Uint8Array[] = [];
  let { heads } = document;
  for (const { peer, data } of received) {
    const state = states.get(peer) ?? stateOf(peer);
    if (!state) continue;
    try {
      refuseCostlyMessage(data, budget);
      states.set(peer, document.receive(state, data));
      const growth = document.growthSince(heads);
      if (!growth) continue;
      if (document.operations > limits.operationsPerDocument) throw tooManyOperations(limits);
      chunks.push(...growth.chunks);
      heads = growth.heads;
    } catch (error) {
      if (hasAutomergeStopped()) throw error;
      return { kind: 'refused', sender: peer, failure: refusalOf(error) };
    }
  }
  return { kind: 'taken', states, chunks, heads };
}

function tooManyOperations({ operationsPerDocument }: Pick<SyncLimits, 'operationsPerDocument'>): Failure {
  return new Failure('PayloadTooLarge', `a document may have ${operationsPerDocument} operations`);
}

function refusalOf(error: unknown): Failure {
  const isSaid = error instanceof Failure && error.code !== 'StoreDamaged';
  if (isSaid) return error;
  return new Failure('ProtocolViolation', 'the data is not a sync message that can be applied', {
    cause: error,
  });
}
