import { existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Database } from 'bun:sqlite';
import { chunkId, sequenceLimit } from '../chunk-table.ts';
import type { DocumentId } from '../document-id.ts';
import { checkPending } from '../document-table.ts';
import { openDocumentsDatabase } from '../documents-database.ts';
import { syncFolder } from '../durable-file.ts';
import { QuarantineTable } from '../quarantine-table.ts';
import { salvage } from './salvage.ts';
import type { Salvaged } from './classify.ts';

export interface RebuildOptions {
  /** Of the broken database. */
  readonly path: string;
  /** Where it is kept as it was, with its log and its tail. */
  readonly quarantine: string;
  readonly now: number;
}

export interface Rebuilt {
  readonly documents: number;
  readonly chunks: number;
  /** Where the old one is now. */
  readonly kept: string;
}

const nobody = 'unknown';
const companions = ['', '-wal', '-tail'];

/**
 * Makes a database anew of every row that can be read out of the old one, which goes to the quarantine as it is. Each
 * step can be the last: what is `.next` is whole, and takes the place of the old one the next time.
 */
export function rebuildDatabase({ path, quarantine, now }: RebuildOptions): Rebuilt {
  const kept = keep(path, quarantine, now);
  const next = `${path}.next`;
  const made = isMade(path, next) ? { documents: 0, chunks: 0 } : build(path, next, now);
  // The log of the old one would be laid over the new one.
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  syncFolder(dirname(path));
  renameSync(next, path);
  syncFolder(dirname(path));
  rmSync(`${path}-tail`, { force: true });
  return { ...made, kept };
}

/** Whether a repair that was killed had made it, and nobody has written to the old one since. */
function isMade(path: string, next: string): boolean {
  if (!existsSync(next) || existsSync(`${path}-wal`)) return false;
  return statSync(path).mtimeMs <= statSync(next).mtimeMs;
}

/** Under a second name, so that nothing is without one in between. */
export function keep(path: string, quarantine: string, now: number): string {
  mkdirSync(quarantine, { recursive: true, mode: 0o700 });
  const kept = join(quarantine, `${basename(path)}-${now}`);
  for (const end of companions) {
    if (existsSync(`${path}${end}`) && !existsSync(`${kept}${end}`))
      linkSync(`${path}${end}`, `${kept}${end}`);
  }
  syncFolder(quarantine);
  return kept;
}

function build(path: string, next: string, now: number): Pick<Rebuilt, 'documents' | 'chunks'> {
  const building = `${path}.building`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${building}${end}`, { force: true });
  const made = fillNew(building, salvage(path), now);
  renameSync(building, next);
  syncFolder(dirname(next));
  return made;
}

/** Closed, with nothing left in its log. */
function fillNew(path: string, salvaged: Salvaged, now: number): Pick<Rebuilt, 'documents' | 'chunks'> {
  const database = openDocumentsDatabase(path);
  try {
    return database.transaction(() => fill(database, salvaged, now)).immediate();
  } finally {
    database.close(true);
  }
}

function fill(database: Database, salvaged: Salvaged, now: number): Pick<Rebuilt, 'documents' | 'chunks'> {
  fillQuarantine(database, salvaged, now);
  let documents = 0;
  let chunks = 0;
  for (const [id, numbers] of numbersOf(salvaged)) {
    const count = insertDocument(database, salvaged, id, numbers);
    chunks += count;
    documents += count > 0 ? 1 : 0;
  }
  return { documents, chunks };
}

function fillQuarantine(database: Database, { asides, unknown, chunks, ids }: Salvaged, now: number): void {
  const quarantine = new QuarantineTable(database);
  for (const aside of asides) quarantine.put({ ...aside, now: aside.setAsideAt });
  for (const { id, bytes } of unknown) {
    const documentId = ids.get(Math.floor(id / sequenceLimit)) ?? nobody;
    quarantine.put({ documentId, reason: 'its database was broken where it lay', now, bytes });
  }
  for (const [id, all] of chunks) {
    if (ids.has(Math.floor(id / sequenceLimit))) continue;
    const reason = 'nobody knows of which document it is: its database was broken';
    for (const bytes of all) quarantine.put({ documentId: nobody, reason, now, bytes });
  }
}

/** The numbers of each document, the newest first: an older one may have been left behind. */
function numbersOf({ ids, documents }: Salvaged): ReadonlyMap<DocumentId, readonly number[]> {
  const numbers = new Map<DocumentId, number[]>();
  for (const [number, id] of ids) numbers.set(id, [...(numbers.get(id) ?? []), number]);
  const changedAt = (number: number): number => documents.get(number)?.changedAt ?? -1;
  for (const all of numbers.values()) all.sort((left, right) => changedAt(right) - changedAt(left));
  return numbers;
}

/** Where several claim one place all stay, the others at the end: what is in both is the same to Automerge. */
function insertDocument(
  database: Database,
  salvaged: Salvaged,
  id: DocumentId,
  [number = 0, ...olderNumbers]: readonly number[],
): number {
  const placed: (readonly [sequence: number, bytes: Uint8Array])[] = [];
  const others: Uint8Array[] = [];
  for (const [place, [first, ...more]] of salvaged.chunksOf(number)) {
    if (first) placed.push([place % sequenceLimit, first]);
    others.push(...more);
  }
  for (const older of olderNumbers) others.push(...salvaged.chunksOf(older).flatMap(([, all]) => all));
  const known = salvaged.documents.get(number);
  const after = Math.max(known?.nextSequence ?? 0, ...placed.map(([sequence]) => sequence + 1));
  const all = [...placed, ...others.map((bytes, index) => [after + index, bytes] as const)];
  const insert = database.query('INSERT INTO chunk (id, bytes) VALUES (?, ?)');
  for (const [sequence, bytes] of all) insert.run(chunkId(number, sequence), bytes);
  const sizeBytes = all.reduce((sum, [, { length }]) => sum + length, 0);
  database
    .query(
      `INSERT INTO document (number, id, heads, chunk_count, size_bytes, next_sequence, changed_at, checked_through, check_pending)
       VALUES (?, ?, ?, ?, ?, ?, ?, -1, ?)`,
    )
    .run(
      number,
      id,
      known?.heads ?? new Uint8Array(),
      all.length,
      sizeBytes,
      after + others.length,
      known?.changedAt ?? 0,
      all.length > 0 ? checkPending.documentChunks : checkPending.nothing,
    );
  return all.length;
}
