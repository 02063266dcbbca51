import { realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve, sep } from 'node:path';
import { Failure, toFailure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from './document-id.ts';
import { findNamespaces } from './find-namespaces.ts';
import type { LaidDocument } from './laid-document.ts';
import type { ListedDocument, NamespaceReader, NamespaceSummary, ReadDocument } from './namespace-reader.ts';
import { openNamespace, type OpenOptions } from './open-namespace.ts';
import { explainReadError } from './read-error.ts';
import type { StoreFinding } from './store-finding.ts';

export interface ReaderOptions extends Partial<OpenOptions> {
  /** Which namespaces there are; `findNamespaces` where it is not said. */
  readonly listNamespaces?: (dataDirectory: string) => Promise<readonly Namespace[]>;
}

type ResolvedOptions = OpenOptions & Required<ReaderOptions>;

/**
 * A data directory opened for reading: with a server beside it, without one, after a kill, and before the
 * first one, when the namespaces still lie in the stock layout. Writes no byte into it.
 */
export class Reader implements AsyncDisposable {
  /** Absolute. */
  readonly dataDirectory: string;
  readonly #options: ResolvedOptions;
  readonly #open = new Map<Namespace, NamespaceReader>();

  constructor(dataDirectory: string, options: ResolvedOptions) {
    this.dataDirectory = dataDirectory;
    this.#options = options;
  }

  /** Every namespace that has a store of its own, sorted. */
  async namespaces(): Promise<readonly Namespace[]> {
    return this.#explained(this.dataDirectory, () => this.#options.listNamespaces(this.dataDirectory));
  }

  summary(namespace: Namespace): Promise<NamespaceSummary> {
    return this.#in(namespace, (reader) => reader.summary());
  }

  /** The documents in the order of their ids, in pages: no transaction lives as long as the listing. */
  async *list(namespace: Namespace): AsyncGenerator<ListedDocument> {
    const documents = (await this.#reader(namespace)).list()[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#explained(namespace, () => documents.next());
      if (next.done) return;
      yield next.value;
    }
  }

  facts(namespace: Namespace, id: DocumentId): Promise<ListedDocument | undefined> {
    return this.#in(namespace, (reader) => reader.facts(id));
  }

  load(namespace: Namespace, id: DocumentId): Promise<ReadDocument | undefined> {
    return this.#in(namespace, (reader) => reader.load(id));
  }

  /** The chunks of a document as they lie there, damaged ones too. */
  lay(namespace: Namespace, id: DocumentId): Promise<LaidDocument | undefined> {
    return this.#in(namespace, (reader) => reader.lay(id));
  }

  /** What is wrong with the store of a namespace, beside its documents. */
  findings(namespace: Namespace): Promise<readonly StoreFinding[]> {
    return this.#in(namespace, (reader) => reader.findings());
  }

  /** The namespaces that hold the document. One that cannot be read fails only where no other holds it. */
  async find(id: DocumentId): Promise<readonly Namespace[]> {
    const holders: Namespace[] = [];
    let failure: Error | undefined;
    for (const namespace of await this.namespaces()) {
      const facts = await this.facts(namespace, id).catch((error: unknown) => {
        failure ??= toFailure(error);
      });
      if (facts) holders.push(namespace);
    }
    if (holders.length === 0 && failure) throw failure;
    return holders;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#open.values()) reader[Symbol.dispose]();
    this.#open.clear();
  }

  async #in<Result>(
    namespace: Namespace,
    read: (reader: NamespaceReader) => Promise<Result>,
  ): Promise<Result> {
    return this.#explained(namespace, async () => read(await this.#reader(namespace)));
  }

  async #explained<Result>(what: string, read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      throw explainReadError(what, error);
    }
  }

  async #reader(namespace: Namespace): Promise<NamespaceReader> {
    const known = this.#open.get(namespace);
    if (known) return known;
    const reader = await openNamespace(this.dataDirectory, namespace, this.#options);
    this.#open.set(namespace, reader);
    return reader;
  }
}

/** Opens a data directory for reading, or a `NotFound` where there is none. */
export async function openReader(dataDirectory: string, options: ReaderOptions = {}): Promise<Reader> {
  const path = resolve(dataDirectory);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new Failure(
      'NotFound',
      `There is no data directory at ${path}: name it with --data-dir or DATA_DIR, or make one with \`groundmist init\`.`,
    );
  }
  const temporaryDirectory = options.temporaryDirectory ?? tmpdir();
  if (`${await realpath(temporaryDirectory)}${sep}`.startsWith(`${await realpath(path)}${sep}`)) {
    throw new Failure(
      'StoreUnavailable',
      `The folder for temporary files, ${temporaryDirectory}, lies inside the data directory, which is not written to: set TMPDIR to another.`,
    );
  }
  return new Reader(path, {
    temporaryDirectory,
    note: options.note ?? (() => {}),
    listNamespaces: options.listNamespaces ?? findNamespaces,
  });
}
