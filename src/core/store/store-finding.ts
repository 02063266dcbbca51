import type { DocumentId } from './document-id.ts';

/** Something wrong with a store, beside the chunks of its documents. */
export interface StoreFinding {
  readonly kind: 'database' | 'tail' | 'quarantine' | 'record';
  /** The file it is in; undefined for the database of the namespace itself. */
  readonly path?: string;
  /** A sentence. */
  readonly problem: string;
  /** The document that it is about. */
  readonly id?: DocumentId;
}
