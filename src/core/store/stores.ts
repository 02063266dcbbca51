import type { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { Fence } from '../fence/fence.ts';
import { parseNamespace, type Namespace } from '../lexicon/namespace.ts';
import { Disk } from './disk.ts';
import type { DocumentStore } from './document-store.ts';
import { isNewerDatabase, openDocumentsDatabase, reopenDocumentsDatabase } from './documents-database.ts';
import { storeEmptied } from './emptied-store.ts';
import { syncFolder } from './durable-file.ts';
import { importStockDocuments, type ImportProblem } from './import.ts';
import { findNamespaces } from './find-namespaces.ts';
import { documentsPath, lockPath, namespaceDirectory, storesPath, tailPath } from './layout.ts';
import { prepareDataDirectory, prepareNamespaceDirectory, prepareNodefsPlaces } from './prepare-folders.ts';
import { SqliteStore } from './sqlite-store.ts';
import { holdsStockDocuments } from './stock-layout.ts';
import { StoreMeasures } from './store-measures.ts';
import { storeNewer, toStoreFailure } from './store-failure.ts';
import { StoreStates, type StoreState } from './store-states.ts';
import { StoresFile } from './stores-file.ts';
import { otherStore, refuseOtherBackends, storeGone } from './which-store.ts';

export interface StoresOptions {
  readonly dataDirectory: string;
  readonly clock: Clock;
  /** Opens what is imported. */
  readonly fence: Pick<Fence, 'compact'>;
  readonly log?: Logger;
  /** How documents are kept; `sqlite` where it is not said. */
  readonly backend?: StoreBackend | undefined;
}

/** How documents are kept on disk: in a database a namespace, or as files in the stock layout. */
export type StoreBackend = 'sqlite' | 'nodefs';

/**
 * The document stores of one data directory, one a namespace, opened when first asked for. Whoever makes
 * it holds the lock of the data directory.
 */
export class Stores {
  /** Of the data directory, for all of its stores together. */
  readonly disk: Disk;
  /** Of all of them together. */
  readonly measures = new StoreMeasures();
  readonly backend: StoreBackend;
  readonly #dataDirectory: string;
  readonly #clock: Clock;
  readonly #fence: Pick<Fence, 'compact'>;
  readonly #log: Logger | undefined;
  readonly #file: StoresFile;
  readonly #open = new Map<Namespace, Promise<DocumentStore>>();
  readonly #states = new StoreStates();
  #isLookedFor = false;
  readonly #closing = new AbortController();

  /** `ConfigurationInvalid` where another backend holds the truth of a namespace. */
  constructor({ dataDirectory, clock, fence, log, backend = 'sqlite' }: StoresOptions) {
    prepareDataDirectory(dataDirectory);
    this.disk = Disk.of(dataDirectory);
    this.disk.opened.watch(lockPath(dataDirectory));
    this.#dataDirectory = dataDirectory;
    this.#clock = clock;
    this.#fence = fence;
    this.#log = log;
    this.backend = backend;
    this.#file = new StoresFile(dataDirectory);
    refuseOtherBackends(this.#file, backend);
  }

  /**
   * The one store of a namespace. The first time, documents in the stock layout are imported before it
   * answers; it can be opened again after it failed.
   */
  open(namespace: Namespace): Promise<DocumentStore> {
    if (this.#closing.signal.aborted) {
      return Promise.reject(
        new Failure('StoreUnavailable', 'The stores are closed: the server is stopping.'),
      );
    }
    const known = this.#open.get(namespace);
    if (known) return known;
    const opening = this.#openNew(namespace);
    this.#open.set(namespace, opening);
    opening.catch(() => this.#open.delete(namespace));
    this.#states.watch(namespace, opening);
    return opening;
  }

  /** Every namespace that has documents, open or not. */
  async namespaces(): Promise<readonly Namespace[]> {
    const found = await findNamespaces(this.#dataDirectory);
    this.#states.know(found);
    this.#isLookedFor = true;
    return found;
  }

  /** How each namespace stands; opens none. The folders are looked through once: what comes later comes through here. */
  async states(): Promise<readonly StoreState[]> {
    if (!this.#isLookedFor) await this.namespaces();
    return this.#states.read();
  }

  /** Why namespaces cannot be served, a sentence for each. */
  whyFailed(): readonly string[] {
    return this.#states.whyFailed();
  }

  /** Which will be served, a sentence for each. */
  whyOpening(): readonly string[] {
    return this.#states.whyOpening();
  }

  /** What the import of a namespace could not take over; empty where there was nothing, or no import yet. */
  problems(namespace: Namespace): readonly { readonly document: string; readonly reason: string }[] {
    return this.#file.get(namespace)?.problems ?? [];
  }

  /**
   * `StoreNewer` where a newer groundmist has brought any namespace forward: a server that turned away the apps of some namespaces
   * only would look well.
   */
  refuseNewer(): void {
    for (const [namespace, { backend }] of this.#file.entries()) {
      const path = documentsPath(this.#dataDirectory, parseNamespace(namespace));
      if (backend === 'sqlite' && isNewerDatabase(path)) throw storeNewer(path);
    }
  }

  /** Flushes and closes every store. An import stops after its document and goes on at the next start. */
  async close(): Promise<void> {
    this.#closing.abort(closed());
    const opened = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
  }

  async #openNew(namespace: Namespace): Promise<DocumentStore> {
    this.disk.refuseIfMoved();
    const isFiles = this.backend === 'nodefs';
    const path = (isFiles ? namespaceDirectory : documentsPath)(this.#dataDirectory, namespace);
    const isMarked = this.#file.get(namespace) !== undefined;
    if (isMarked && !existsSync(path)) throw storeGone(namespace, path, storesPath(this.#dataDirectory));
    try {
      const directory = prepareNamespaceDirectory(this.#dataDirectory, namespace);
      if (isFiles) return await this.#openFiles(namespace, isMarked);
      const database = isMarked ? reopenDocumentsDatabase(path) : openDocumentsDatabase(path);
      if (database === undefined) throw storeEmptied(namespace, path, this.#dataDirectory);
      const store = this.#openStore(namespace, database);
      syncFolder(directory);
      if (!isMarked) await this.#importInto(store, namespace);
      return store;
    } catch (error) {
      throw toStoreFailure(error, path);
    }
  }

  #openStore(namespace: Namespace, database: Database): SqliteStore {
    try {
      return new SqliteStore({
        database,
        tailPath: tailPath(this.#dataDirectory, namespace),
        clock: this.#clock,
        disk: this.disk,
        measures: this.measures,
      });
    } catch (error) {
      database.close(true);
      throw error;
    }
  }

  async #openFiles(namespace: Namespace, isMarked: boolean): Promise<DocumentStore> {
    const database = documentsPath(this.#dataDirectory, namespace);
    if (!isMarked && existsSync(database)) throw otherStore(namespace, database);
    const { openNodefsStore } = await import('./nodefs/open-nodefs-store.ts');
    const places = prepareNodefsPlaces(this.#dataDirectory, namespace);
    const store = await openNodefsStore({
      places,
      clock: this.#clock,
      disk: this.disk,
      measures: this.measures,
      fence: this.#fence,
    });
    if (!isMarked) this.#file.set(namespace, { backend: this.backend, problems: [] });
    return store;
  }

  async #importInto(store: DocumentStore, namespace: Namespace): Promise<void> {
    try {
      const problems = await this.#import(namespace, store);
      this.#file.set(namespace, { backend: this.backend, problems });
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async #import(namespace: Namespace, store: DocumentStore): Promise<readonly ImportProblem[]> {
    const directory = namespaceDirectory(this.#dataDirectory, namespace);
    if (!(await holdsStockDocuments(directory))) return [];
    const report = await importStockDocuments(directory, {
      store,
      fence: this.#fence,
      signal: this.#closing.signal,
    });
    this.#log?.info('Imported {imported} documents of {namespace}', { namespace, imported: report.imported });
    for (const { document, reason } of report.problems) {
      this.#log?.warn('Not imported, the original is untouched: {document} of {namespace}: {reason}', {
        namespace,
        document,
        reason,
      });
    }
    return report.problems;
  }
}

function closed(): Failure {
  return new Failure('StoreUnavailable', 'The store is closed: the server is stopping.');
}
