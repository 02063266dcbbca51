import { Failure } from '../failure.ts';
import type { Heads } from './document-store.ts';

const hashBytes = 32;
const hash = /^[0-9a-f]{64}$/;

/** Heads as they are stored: 32 bytes each, sorted, one after the other. */
export function encodeHeads(heads: Heads): Uint8Array {
  refuseStrangeHeads(heads);
  const [head] = heads;
  if (head !== undefined && heads.length === 1) return Uint8Array.fromHex(head);
  return Uint8Array.fromHex([...new Set(heads)].toSorted().join(''));
}

/** The heads that were stored. */
export function decodeHeads(bytes: Uint8Array): Heads {
  return Array.from({ length: bytes.length / hashBytes }, (_, index) =>
    bytes.subarray(index * hashBytes, (index + 1) * hashBytes).toHex(),
  );
}

export function sameHeads(left: Heads, right: Heads): boolean {
  return left.length === right.length && left.toSorted().join() === right.toSorted().join();
}

/** `InvalidRequest` where one of `heads` is not 64 lower-case hex digits. */
export function refuseStrangeHeads(heads: Heads): void {
  const strange = heads.find((head) => !hash.test(head));
  if (strange === undefined) return;
  throw new Failure('InvalidRequest', `"${strange.slice(0, 80)}" is not the hash of a change.`);
}
