import type { ListedHeads } from './manifest.ts';

/** A document that lies in the copy now, or of which nothing was left to copy. */
export type StagedDocument = ListedHeads & { readonly isGone?: true };
