import type { FailureCode } from '../failure.ts';
import type { SyncLimits } from './limits.ts';
import { decodeFrame, type ClientFrame } from './wire.ts';

/** A frame after `join`: what a peer asks of its hub. */
export type PeerRequest = Exclude<ClientFrame, { readonly type: 'join' }>;

/** What a frame is to the socket that it came over. */
export type Arrival =
  | { readonly kind: 'join'; readonly name: string }
  | { readonly kind: 'request'; readonly request: PeerRequest }
  /** Presence of somebody else. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly reason: string };

/** Looks at a frame before anything acts on it: its size, its form, its place, its sender. `name` is that of `join`. */
export function examine(
  bytes: Uint8Array,
  name: string | undefined,
  limits: Pick<SyncLimits, 'frameBytes' | 'joinFrameBytes'>,
): Arrival {
  const mostBytes = name === undefined ? limits.joinFrameBytes : limits.frameBytes;
  if (bytes.length > mostBytes) {
    return { kind: 'refused', code: 'PayloadTooLarge', reason: `a frame may have ${mostBytes} bytes here` };
  }
  const decoded = decodeFrame(bytes);
  if (decoded.kind === 'malformed') return violation(decoded.reason);
  const { frame } = decoded;
  if (frame.type === 'join') return examineJoin(frame, name);
  if (name === undefined) return violation('the first frame must be join');
  if (frame.senderId === name) return { kind: 'request', request: frame };
  // Stock clients relay presence they received back to us; it was delivered already.
  if (frame.type === 'ephemeral') return nothing;
  return violation('the senderId is not the one that joined on this socket');
}

/** What is counted. */
export function kindOf(arrival: Arrival): ClientFrame['type'] | 'refused' {
  if (arrival.kind === 'request') return arrival.request.type;
  return arrival.kind === 'nothing' ? 'ephemeral' : arrival.kind;
}

const nothing: Arrival = { kind: 'nothing' };

function examineJoin(
  { senderId, versions }: ClientFrame & { readonly type: 'join' },
  name: string | undefined,
): Arrival {
  if (name !== undefined) return violation('this socket has joined already');
  if (versions && !versions.includes('1')) return violation('this server speaks protocol version 1');
  return { kind: 'join', name: senderId };
}

function violation(reason: string): Arrival {
  return { kind: 'refused', code: 'ProtocolViolation', reason };
}
