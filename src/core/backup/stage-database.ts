import { Database } from 'bun:sqlite';
import { rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { copyDatabase } from '../store/copy-database.ts';
import { hasTable } from '../store/database-schema.ts';
import { Disk } from '../store/disk.ts';
import type { DocumentFacts, DocumentStore } from '../store/document-store.ts';
import { openDocumentsDatabase } from '../store/documents-database.ts';
import { documentsPath, tailPath } from '../store/layout.ts';
import { prepareNamespaceDirectory } from '../store/prepare-folders.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { readTailFile } from '../store/tail-reading.ts';
import { TailView } from '../store/tail-view.ts';
import { storeEmptied } from './refuse-lost.ts';
import type { StagedDocument } from './staged-document.ts';

const pageSize = 500;
/** A tail that is written while it is read may look damaged. */
const maxAttempts = 6;

export interface StageDatabaseOptions {
  readonly dataDirectory: string;
  /** The data directory that is being made. */
  readonly into: string;
  readonly temporaryDirectory: string;
  readonly clock: Clock;
  /** Whether `stores.json` names it: then it had tables before. */
  readonly isKnown: boolean;
}

/**
 * A copy of a namespace's database with the tail beside it moved to its documents, then the documents in it. What was
 * acknowledged before this began is in the copy: the tail is read first, as every reader does.
 */
export async function* stageDatabase(
  namespace: Namespace,
  options: StageDatabaseOptions,
): AsyncGenerator<StagedDocument> {
  prepareNamespaceDirectory(options.into, namespace);
  const copy = documentsPath(options.into, namespace);
  const tail = tailPath(options.into, namespace);
  const bytes = await copyWithTail(namespace, options);
  if (bytes !== undefined) writeFileSync(tail, bytes, { mode: 0o600 });
  const store = new SqliteStore({
    database: openDocumentsDatabase(copy),
    tailPath: tail,
    clock: options.clock,
    disk: Disk.of(options.into),
  });
  try {
    for await (const { id, heads } of everyDocument(store)) {
      const damaged = (await store.load(id))?.damaged ?? [];
      yield { namespace, id, heads: damaged.length > 0 ? null : heads };
    }
  } finally {
    await store.close();
  }
  refuseUnfolded(copy);
  rmSync(tail, { force: true });
}

/** The bytes of the tail that belongs to the copy. */
async function copyWithTail(
  namespace: Namespace,
  { dataDirectory, into, temporaryDirectory, isKnown }: StageDatabaseOptions,
): Promise<Buffer | undefined> {
  const original = tailPath(dataDirectory, namespace);
  const to = documentsPath(into, namespace);
  for (let attempt = 1; ; attempt += 1) {
    const bytes = readTailFile(original);
    await copyDatabase({
      from: documentsPath(dataDirectory, namespace),
      to,
      dataDirectory,
      temporaryDirectory,
    });
    const outcome = look(to, original, bytes) ?? whyEmpty(namespace, { dataDirectory, isKnown, bytes });
    if (outcome === 'whole' || (outcome === 'doubtful' && attempt === maxAttempts)) return bytes;
    if (outcome !== 'doubtful' && attempt === maxAttempts) throw outcome;
  }
}

type Outcome = 'whole' | 'doubtful' | Failure;

/** A database without tables is one that a server is making, unless something says that it was more. */
function whyEmpty(
  namespace: Namespace,
  { dataDirectory, isKnown, bytes }: { dataDirectory: string; isKnown: boolean; bytes: Buffer | undefined },
): Outcome {
  const wasMore = isKnown || (bytes?.length ?? 0) > 0;
  return wasMore ? storeEmptied(namespace, documentsPath(dataDirectory, namespace)) : 'whole';
}

/**
 * Whether a tail belongs to a copy; it may have begun anew, or been written, between the reading of the two. Undefined where the
 * copy has no tables.
 */
function look(copy: string, tail: string, bytes: Buffer | undefined): Outcome | undefined {
  using database = new Database(copy, { readonly: true });
  try {
    if (!hasTable(database, 'document')) return undefined;
    return new TailView(database, tail, bytes).isDoubtful ? 'doubtful' : 'whole';
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

async function* everyDocument(store: DocumentStore): AsyncGenerator<DocumentFacts> {
  let after: DocumentFacts['id'] | undefined;
  for (;;) {
    const page = await store.list({ after, limit: pageSize });
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < pageSize) return;
  }
}

/**
 * A store that closes says nothing where the disk was full: then the tail still has what it had. Without a log of its own
 * the copy is one file, and opening it to read leaves no other beside it.
 */
function refuseUnfolded(copy: string): void {
  using database = new Database(copy, { readwrite: true, create: false });
  database.run('PRAGMA journal_mode = DELETE');
  if (database.query('SELECT 1 FROM tail_file').get() === null) return;
  throw new Failure(
    'StoreUnavailable',
    'The newest changes could not be moved to their documents in the copy.',
  );
}
