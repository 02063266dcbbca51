import type { Namespace } from '../lexicon/namespace.ts';
import type { StoreFinding } from '../store/store-finding.ts';
import type { DocumentReport } from './document-report.ts';

/** Something wrong with a file of the data directory that is not a chunk. */
export interface FileFinding {
  /** From the data directory. */
  readonly path: string;
  /** A sentence. */
  readonly problem: string;
  /** What the owner can do, a sentence. */
  readonly advice: string;
}

/** What a look at a data directory comes upon, one by one. */
export type VerifyEvent =
  | { readonly kind: 'document'; readonly report: DocumentReport }
  | { readonly kind: 'store'; readonly namespace: Namespace; readonly finding: StoreFinding }
  | { readonly kind: 'file'; readonly finding: FileFinding }
  /** Nothing is wrong; a sentence for the owner. */
  | { readonly kind: 'note'; readonly sentence: string };
