/** What one small sync message and its frame cost to read and to write; reported, never asserted. */
import { decodeSyncMessage, encodeSyncMessage } from '../../src/core/format/sync-message.ts';
import { decodeFrame, encodeFrame } from '../../src/core/sync/wire.ts';
import { newDocumentId } from '../support/sync-document.ts';

const warmUpRuns = 300_000;
const runs = 1_000_000;

function report(what: string, measured: () => unknown): void {
  for (let run = 0; run < warmUpRuns; run += 1) measured();
  const startedAt = performance.now();
  for (let run = 0; run < runs; run += 1) measured();
  const microseconds = ((performance.now() - startedAt) * 1000) / runs;
  console.log(`${what.padEnd(48)}${microseconds.toFixed(2).padStart(9)} µs`);
}

const outgoing = {
  heads: ['ab'.repeat(32)],
  need: [],
  have: [{ lastSync: ['cd'.repeat(32)] }],
  changes: [new Uint8Array(120)],
};
const message = encodeSyncMessage(outgoing);
report(`sync message of ${message.length} bytes, decode`, () => decodeSyncMessage(message));
report(`sync message of ${message.length} bytes, encode`, () => encodeSyncMessage(outgoing));

const frame = {
  type: 'sync',
  senderId: crypto.randomUUID(),
  targetId: crypto.randomUUID(),
  documentId: newDocumentId(),
  data: message.subarray(0, 150),
} as const;
const bytes = encodeFrame(frame);
report(`sync frame of ${bytes.length} bytes, decode`, () => decodeFrame(bytes));
report(`sync frame of ${bytes.length} bytes, encode`, () => encodeFrame(frame));
