import { Failure } from '../failure.ts';
import { ByteCursor, CutOffError } from '../format/byte-cursor.ts';
import { ChunkMeter, type Budget } from '../format/cost.ts';

const messageTypes: readonly number[] = [0x42, 0x43];
const hashBytes = 32;
/** Clients name their heads and what they miss: a handful, or as many as there were editors. */
const mostHashes = 10_000;
/** Clients send one, or none. */
const mostHaves = 8;
const mostBitsPerEntry = 64;
const mostProbes = 32;

/**
 * Throws `ProtocolViolation` at a sync message that is none and `PayloadTooLarge` at one that would hold up
 * everybody else: before Automerge sees it, whose work nothing can stop once it has begun.
 */
export function refuseCostlyMessage(message: Uint8Array, budget: Budget): void {
  try {
    const cursor = new ByteCursor(message);
    const [type = 0] = cursor.take(1);
    if (!messageTypes.includes(type)) throw violation('it has another type');
    passHashes(cursor);
    passHashes(cursor);
    passHaves(cursor);
    measureChanges(cursor, budget);
  } catch (error) {
    if (error instanceof CutOffError) throw violation(error.message);
    throw error;
  }
}

function passHashes(cursor: ByteCursor): void {
  const count = cursor.unsigned();
  if (count > mostHashes) throw tooLarge(`it names more than ${mostHashes} changes`);
  cursor.take(count * hashBytes);
}

function passHaves(cursor: ByteCursor): void {
  const count = cursor.unsigned();
  if (count > mostHaves) throw tooLarge(`it says more than ${mostHaves} times what its sender has`);
  for (let left = count; left > 0; left -= 1) {
    passHashes(cursor);
    const filter = cursor.take(cursor.unsigned());
    if (filter.length > 0) refuseStrangeFilter(new ByteCursor(filter));
  }
}

/** A Bloom filter is asked once a change and probe; without bits it divides by zero. */
function refuseStrangeFilter(cursor: ByteCursor): void {
  const [entries, bitsPerEntry, probes] = [cursor.unsigned(), cursor.unsigned(), cursor.unsigned()];
  if (bitsPerEntry > mostBitsPerEntry || probes > mostProbes) {
    throw tooLarge('its Bloom filter asks for more than any client does');
  }
  cursor.take(Math.ceil((entries * bitsPerEntry) / 8));
  if (!cursor.isAtEnd || (entries > 0 && bitsPerEntry === 0)) throw violation('its Bloom filter is none');
}

function measureChanges(cursor: ByteCursor, budget: Budget): void {
  const meter = new ChunkMeter(budget);
  for (let left = cursor.unsigned(); left > 0; left -= 1) {
    const refusal = meter.add(cursor.take(cursor.unsigned()));
    if (refusal === 'broken') throw violation('a change in it is not whole');
    if (refusal) throw tooLarge('its changes hold more operations than this server takes at once');
  }
}

function violation(reason: string): Failure {
  return new Failure('ProtocolViolation', `this is no sync message: ${reason}`);
}

function tooLarge(reason: string): Failure {
  return new Failure('PayloadTooLarge', `this sync message is refused: ${reason}`);
}
