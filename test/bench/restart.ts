/*
 * What a restart costs those who are connected: `bun test/bench/restart.ts [--sockets 3,300,3000] [--documents 5] [--kill]`. Prints, for each
 * number of sockets, how long the server took to stop, over what time the ends of sockets and the returns were spread, how long it took from an
 * attempt until everything was synced again, and what the memory did. `--kill` ends the server with SIGKILL instead, which spreads nothing.
 */
import { parseArgs } from 'node:util';
import { loadAutomerge } from '../../src/core/automerge.ts';
import { Binary } from '../e2e/binary.ts';
import { eventually } from '../support/eventually.ts';
import { ReturningClient } from '../support/returning-client.ts';
import { groundmistServer } from './servers/groundmist.ts';
import { Home } from './servers/home.ts';
import { openFilesLimit } from './servers/process-tree.ts';

/** As stock adapters have it. */
const retryMs = 5_000;
const patienceMs = 120_000;
const sampleMs = 20;
const spareFiles = 500;

const { values: flags } = parseArgs({
  options: {
    sockets: { type: 'string', default: '3,300,3000' },
    documents: { type: 'string', default: '5' },
    kill: { type: 'boolean', default: false },
  },
});
await loadAutomerge();
using binary = new Binary();
for (const sockets of flags.sockets.split(',').map(Number)) await measure(sockets);

async function measure(count: number): Promise<void> {
  if (openFilesLimit() < count + spareFiles) throw new Error(`it needs ulimit -n ${count + spareFiles}`);
  await using home = await Home.create(groundmistServer(binary), count);
  const options = { retryMs, documents: Number(flags.documents) };
  const clients: ReturningClient[] = [];
  for (let n = 0; n < count; n++) {
    clients.push(new ReturningClient(home.nextUrl(), options));
    if (n % 50 === 49) await synced(clients);
  }
  await synced(clients);
  await home.server.quiet();
  const restBytes = home.server.usage().rssBytes;
  // Some write just before: as many as this process can play in no time.
  for (const client of clients.slice(0, 10)) client.change();
  const stoppedAt = performance.now();
  await home.server.stop(flags.kill ? 'SIGKILL' : 'SIGTERM');
  const stopMs = performance.now() - stoppedAt;
  await home.start();
  const downMs = performance.now() - stoppedAt;
  let peakBytes = 0;
  const sampling = setInterval(
    () => (peakBytes = Math.max(peakBytes, home.server.usage().rssBytes)),
    sampleMs,
  );
  await synced(clients);
  clearInterval(sampling);
  await home.server.quiet();
  const ends = clients.flatMap(
    ({ visits }) => visits.find(({ endedAt }) => (endedAt ?? 0) >= stoppedAt) ?? [],
  );
  const codes = Object.fromEntries(
    [...Map.groupBy(ends, ({ code }) => code ?? 0)].map(([code, group]) => [code, group.length]),
  );
  console.log(
    `\n${count} sockets with ${flags.documents} documents each, ended by ${flags.kill ? 'SIGKILL' : 'SIGTERM'}`,
  );
  console.log(
    `  stopped after ${stopMs.toFixed(0)} ms, answering again after ${downMs.toFixed(0)} ms; codes ${JSON.stringify(codes)}`,
  );
  print(
    'from the signal to the end of a socket',
    ends.map(({ endedAt = 0 }) => endedAt - stoppedAt),
  );
  print(
    'from the signal to the return',
    clients.map(({ last }) => last.triedAt - stoppedAt),
  );
  print(
    'from the return until all is synced',
    clients.map(({ last }) => (last.syncedAt ?? 0) - last.triedAt),
  );
  print(
    'returns in 100 ms',
    returnsPer(
      100,
      clients.map(({ last }) => last.triedAt),
    ),
  );
  const megabytes = [restBytes, peakBytes, home.server.usage().rssBytes].map((bytes) =>
    Math.round(bytes / 1e6),
  );
  console.log(`  memory before, at most meanwhile, and after: ${megabytes.join(', ')} MB`);
  for (const client of clients) client[Symbol.dispose]();
}

function synced(clients: readonly ReturningClient[]): Promise<unknown> {
  return eventually('all are synced', () => clients.every(({ isSynced }) => isSynced), patienceMs);
}

function returnsPer(stepMs: number, times: readonly number[]): readonly number[] {
  return [...Map.groupBy(times, (time) => Math.floor(time / stepMs)).values()].map(({ length }) => length);
}

function print(what: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  console.log(`  ${what}: least ${at(0)}, half ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`);
}
