import { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import type { Migration } from '../../platform/database.ts';
import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { expectedSchema, hasTable, readSchema } from '../store/database-schema.ts';
import { documentTablesMigrations } from '../store/documents-database.ts';
import { errorCode } from '../store/error-code.ts';
import { findNamespaces } from '../store/find-namespaces.ts';
import { decodeHeads, sameHeads } from '../store/heads.ts';
import { controlDatabasePath, documentsPath, namespaceDirectory } from '../store/layout.ts';
import { listStockChunks } from '../store/stock-layout.ts';
import { StoresFile } from '../store/stores-file.ts';
import { readLines } from './lines.ts';
import { dataFolder, documentsName, parseListedHeads, type ListedHeads, type Manifest } from './manifest.ts';
import type { WorkFolder } from './work-folder.ts';

/**
 * Looks into what was unpacked, before a server would: `stores.json` reads, each database opens and is ours word for word,
 * without a trigger or a view, and the documents that the backup lists are there. Automerge opens none of them.
 */
export async function refuseStrangeContents(
  work: WorkFolder,
  manifest: Manifest,
  controlTables: readonly Migration[],
): Promise<void> {
  const data = work.at(dataFolder);
  refuseStrangeStores(data);
  const control = controlDatabasePath(data);
  if (existsSync(control)) refuseStrangeDatabase(control, 'its database of apps and devices', controlTables);
  for (const namespace of await findNamespaces(data)) {
    const path = documentsPath(data, namespace);
    if (existsSync(path))
      refuseStrangeDatabase(path, `its database of ${namespace}`, documentTablesMigrations);
  }
  await refuseMissingDocuments(work, manifest);
}

function refuseStrangeStores(data: string): void {
  try {
    void new StoresFile(data);
  } catch (error) {
    throw strange('its stores.json does not read as one', error);
  }
}

function refuseStrangeDatabase(path: string, what: string, migrations: readonly Migration[]): void {
  try {
    using database = new Database(path, { readonly: true, strict: true });
    database.run('PRAGMA trusted_schema = OFF');
    const expected = hasTable(database, 'migration') ? expectedSchema(database, migrations) : [];
    if (expected === undefined) {
      throw new Failure(
        'BackupForeign',
        `This backup is of a newer groundmist: ${what} has tables that this one does not know.`,
      );
    }
    if (expected.length > 0 && expected.join() === readSchema(database).join()) return;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw strange(`${what} does not read as one (${errorCode(error) ?? 'unknown'})`, error);
  }
  throw strange(`${what} does not have the tables that groundmist makes, or has others`);
}

async function refuseMissingDocuments(work: WorkFolder, manifest: Manifest): Promise<void> {
  const data = work.at(dataFolder);
  const kinds = new Map(manifest.namespaces.map(({ namespace, store }) => [namespace, store]));
  using recorded = new RecordedHeads(data);
  let count = 0;
  for await (const line of readLines(work.at(documentsName))) {
    const listed = parseListedHeads(line);
    count += 1;
    const kind = kinds.get(listed.namespace);
    if (kind === undefined)
      throw strange(`it lists documents of ${listed.namespace}, which it does not hold`);
    if (listed.heads === null) continue;
    const isThere =
      kind === 'files'
        ? (await listStockChunks(namespaceDirectory(data, listed.namespace), listed.id)).length > 0
        : recorded.has(listed);
    if (!isThere) throw strange(`it lists ${listed.namespace} ${listed.id}, and that is not in it as listed`);
  }
  if (count !== manifest.documents.count) throw strange('its list of documents is not whole');
}

/** What the databases say of documents; one is open at a time, for the list goes by namespaces. */
class RecordedHeads implements Disposable {
  readonly #data: string;
  #namespace: Namespace | undefined;
  #database: Database | undefined;

  constructor(data: string) {
    this.#data = data;
  }

  has({ namespace, id, heads }: ListedHeads): boolean {
    const row = this.#open(namespace)
      ?.query<{ heads: Uint8Array }, [string]>('SELECT heads FROM document WHERE id = ? AND chunk_count > 0')
      .get(id);
    return row !== null && row !== undefined && sameHeads(decodeHeads(row.heads), heads ?? []);
  }

  [Symbol.dispose](): void {
    this.#database?.close();
  }

  #open(namespace: Namespace): Database | undefined {
    if (this.#namespace === namespace) return this.#database;
    this.#database?.close();
    const path = documentsPath(this.#data, namespace);
    this.#namespace = namespace;
    this.#database = existsSync(path) ? new Database(path, { readonly: true }) : undefined;
    return this.#database;
  }
}

function strange(why: string, cause?: unknown): Failure {
  return new Failure('BackupDamaged', `The backup is not to be trusted: ${why}.`, { cause });
}
