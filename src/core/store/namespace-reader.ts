import type { DocumentId } from './document-id.ts';
import type { DocumentFacts, Heads } from './document-store.ts';
import type { LaidDocument } from './laid-document.ts';
import type { StoreFinding } from './store-finding.ts';

export interface NamespaceSummary {
  readonly documentCount: number;
  readonly sizeBytes: number;
  /** Milliseconds since 1970 of the last write; undefined without documents. */
  readonly changedAt: number | undefined;
}

/** What a listing knows without opening the document. */
export type ListedDocument = Omit<DocumentFacts, 'heads' | 'isChecked'>;

/** One document as it lies on disk. */
export interface ReadDocument {
  /** Automerge chunks, oldest first; joined they load as one document. */
  readonly chunks: readonly Uint8Array[];
  /** The heads the store recorded; undefined in a stock folder, which records none. */
  readonly heads: Heads | undefined;
}

/** One namespace, read and never written. */
export interface NamespaceReader extends Disposable {
  summary(): Promise<NamespaceSummary>;
  /** In the order of their ids. */
  list(): AsyncIterable<ListedDocument>;
  facts(id: DocumentId): Promise<ListedDocument | undefined>;
  load(id: DocumentId): Promise<ReadDocument | undefined>;
  /** Every chunk by itself, damaged ones too, with what is recorded of them. */
  lay(id: DocumentId): Promise<LaidDocument | undefined>;
  /** What is wrong with the store itself, beside its documents. */
  findings(): Promise<readonly StoreFinding[]>;
}
