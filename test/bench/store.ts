/**
 * What the document store costs: CPU and disk of new documents, bytes written for edits; reported, never asserted.
 * `bun test/bench/store.ts [folder]`; the folder lies on the disk to be measured.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDocumentsDatabase } from '../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../src/core/store/sqlite-store.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { forgedChunk } from '../support/forged-chunk.ts';
import { numberedId } from '../support/plain-store.ts';
import { roomyDisk } from '../support/roomy-disk.ts';
import { tailBeside } from '../support/tail-beside.ts';

const documentBytes = 1024;
const editBytes = 124;
const documents = 50_000;
const groupSize = 64;
const ids = Array.from({ length: documents }, (_, number) => numberedId(number));

function writtenBytes(): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Of the database and all that lies beside it. */
function diskBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function report(what: string, figure: string): void {
  console.log(`${what.padEnd(64)}${figure.padStart(14)}`);
}

function open(folder: string): SqliteStore {
  const database = openDocumentsDatabase(join(folder, 'documents.sqlite'));
  return new SqliteStore({ database, tailPath: tailBeside(database), clock: systemClock, disk: roomyDisk() });
}

function append(store: SqliteStore, number: number, chunk: ReturnType<typeof forgedChunk>): Promise<unknown> {
  return store.append(ids[number] ?? numberedId(number), { chunks: [chunk.bytes], heads: [chunk.hash] });
}

async function reportDocuments(folder: string): Promise<void> {
  const store = open(folder);
  const step = documents / 5;
  for (let from = 0; from < documents; from += step) {
    const chunks = Array.from({ length: step }, () => forgedChunk(0, documentBytes));
    const cpu = cpuMicroseconds();
    const startedAt = performance.now();
    for (let at = 0; at < step; at += groupSize) {
      const group = chunks.slice(at, at + groupSize);
      await Promise.all(group.map((chunk, index) => append(store, from + at + index, chunk)));
    }
    const each = (cpuMicroseconds() - cpu) / step;
    const rate = (step / (performance.now() - startedAt)) * 1000;
    report(`new documents of 1 KiB in groups of ${groupSize}, ${from} stored`, `${each.toFixed(1)} µs`);
    report('  the same, wall clock', `${Math.round(rate)}/s`);
  }
  report('resident memory', `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
  // The store rests after two seconds without a write.
  await Bun.sleep(2_500);
  report('disk for each document', `${Math.round(diskBytes(folder) / documents)} B`);
  await store.close();
  report('  the same, closed', `${Math.round(diskBytes(folder) / documents)} B`);
}

/** Bytes written for each byte of an edit, with the checkpoint at the end. */
async function reportEdits(folder: string, what: string, edits: number, atOnce: number): Promise<void> {
  const store = open(folder);
  const before = writtenBytes();
  const written = (): string => `${((writtenBytes() - before) / edits / editBytes).toFixed(1)} ×`;
  let cpu = 0;
  for (let done = 0; done < edits; done += atOnce) {
    const group = Array.from({ length: atOnce }, () => forgedChunk(1, editBytes - 10));
    const cpuBefore = cpuMicroseconds();
    await Promise.all(group.map((chunk, index) => append(store, index * 997, chunk)));
    cpu += cpuMicroseconds() - cpuBefore;
  }
  report(`${what}: written for each byte`, written());
  await store.close();
  report(`  the same, closed`, written());
  report('  CPU of each', `${(cpu / edits).toFixed(1)} µs`);
}

const folder = mkdtempSync(join(process.argv[2] ?? '.', 'store-bench-'));
try {
  await reportDocuments(folder);
  await reportEdits(folder, 'edits of 124 bytes, one at a time', 1000, 1);
  await reportEdits(folder, 'edits of 124 bytes, 20 documents at once', 20_000, 20);
  await reportEdits(folder, 'edits of 124 bytes, 50 documents at once', 50_000, 50);
} finally {
  rmSync(folder, { recursive: true });
}
