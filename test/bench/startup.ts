/** How long the binary takes to start, as medians; reported, never asserted. `bun run bench`. */
import { from, getHeads, save } from '@automerge/automerge';
import { join } from 'node:path';
import { Binary } from '../e2e/binary.ts';
import { Installation } from '../e2e/server.ts';
import { openDocumentsDatabase } from '../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../src/core/store/sqlite-store.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { numberedId } from '../support/plain-store.ts';
import { firstJoinMs } from './first-join.ts';
import { roomyDisk } from '../support/roomy-disk.ts';

const runs = 30;
const manyDocuments = 10_000;
const documentBytes = 1000;

/** The first measure only warms the page cache. */
async function medianMs(measure: () => Promise<number>): Promise<number> {
  await measure();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await measure());
  return times.toSorted((a, b) => a - b)[runs / 2] ?? Number.NaN;
}

function report(what: string, figure: string): void {
  console.log(`${what.padEnd(48)}${figure.padStart(12)}`);
}

async function reportCommands(): Promise<void> {
  using binary = new Binary();
  report('binary', `${(Bun.file(binary.path).size / 1e6).toFixed(1)} MB`);
  for (const line of ['--version', '--help', 'config', 'completion bash']) {
    const took = await medianMs(async () => {
      const startedAt = performance.now();
      await binary.run(line.split(' '));
      return performance.now() - startedAt;
    });
    report(line, `${took.toFixed(1)} ms`);
  }
}

async function reportJoins(): Promise<void> {
  await using home = await Installation.create();
  const server = await home.serve();
  const url = await home.admit();
  await server.stop();
  const empty = await medianMs(() => firstJoinMs(home, url));
  report('spawn to first join answered, empty store', `${empty.toFixed(1)} ms`);
  await storeDocuments(join(home.dataDirectory, 'xyz/groundmist/library/documents.sqlite'));
  const full = await medianMs(() => firstJoinMs(home, url));
  report(`the same, ${manyDocuments.toLocaleString('en-US')} documents stored`, `${full.toFixed(1)} ms`);
}

async function storeDocuments(path: string): Promise<void> {
  const store = new SqliteStore({
    database: openDocumentsDatabase(path),
    clock: systemClock,
    disk: roomyDisk(),
  });
  const bytes = crypto.getRandomValues(new Uint8Array(documentBytes));
  const appends = Array.from({ length: manyDocuments }, (_, number) => {
    const doc = from({ number, bytes });
    return store.append(numberedId(number), { chunks: [save(doc)], heads: getHeads(doc) });
  });
  await Promise.all(appends);
  await store.close();
}

await reportCommands();
await reportJoins();
