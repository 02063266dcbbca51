/** What it costs to refuse what was made to cost; reported, never asserted. `bun --no-env-file test/bench/bombs.ts`. */
import { unpack } from '../../src/core/sync/take-in.ts';
import { defaultSyncLimits } from '../../src/core/sync/limits.ts';
import { makeBombs } from '../support/bomb-chunks.ts';

const { inflatedBytes, operationsPerDocument: operations } = defaultSyncLimits;

/** What the server says of a message with this chunk. */
function said(chunk: Uint8Array): string {
  try {
    unpack([chunk], { inflatedBytes, operations });
    return 'for Automerge to say';
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^this sync message is refused: /, '') : 'refused';
  }
}

const residentMegabytes = (): number => process.memoryUsage().rss / 2 ** 20;

for (const { what, chunk } of makeBombs()) {
  Bun.gc(true);
  const before = residentMegabytes();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const answer = said(chunk);
  const milliseconds = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const grown = Math.max(0, residentMegabytes() - before);
  const figures = `${milliseconds.toFixed(1)} ms, ${((user + system) / 1000).toFixed(1)} ms CPU, ${grown.toFixed(0)} MB`;
  console.log(
    `${what.padEnd(46)} ${String(chunk.length).padStart(9)} bytes  ${figures.padEnd(36)} ${answer}`,
  );
}
