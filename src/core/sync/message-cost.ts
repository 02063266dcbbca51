import { Failure } from '../failure.ts';
import { decodeSyncMessage } from '../format/sync-message.ts';
import { ChunkMeter, type Budget } from '../format/cost.ts';

/**
 * Throws `ProtocolViolation` at a sync message that is none and `PayloadTooLarge` at one that would hold up
 * everybody else: before Automerge sees it, whose work nothing can stop once it has begun.
 */
export function refuseCostlyMessage(bytes: Uint8Array, budget: Budget): void {
  const message = decodeSyncMessage(bytes);
  if ('kind' in message)
    throw message.kind === 'malformed' ? violation(message.reason) : tooLarge(message.reason);
  const meter = new ChunkMeter(budget);
  for (const chunks of message.changes) {
    const refusal = meter.add(chunks);
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
