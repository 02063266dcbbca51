import type { Clock } from '../../platform/clock.ts';
import type { FailureCode } from '../failure.ts';
import type { Flushes } from './flushes.ts';
import type { PeerRequest } from './gate.ts';
import type { SyncLimits } from './limits.ts';
import type { SyncMeasures } from './sync-measures.ts';
import type { Peer } from './peer.ts';

export type Entry =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly reason: string };

/** The hub as its peers see it. */
export interface PeerHost {
  readonly limits: SyncLimits;
  readonly clock: Clock;
  readonly flushes: Flushes;
  readonly measures: SyncMeasures;
  /** The socket is open, and the peer has still to join. */
  opened(peer: Peer): void;
  /** Takes the peer in under its name; the reason where it may not join. */
  admit(peer: Peer): Entry;
  welcome(peer: Peer): void;
  request(peer: Peer, request: PeerRequest): void;
  /** The socket is gone; called once, joined or not. */
  disconnected(peer: Peer): void;
  /** An error of ours while this peer was served. */
  fault(peer: Peer, error: unknown): void;
}
