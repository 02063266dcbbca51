import type { ListedHeads } from './manifest.ts';

/** A document that lies in the copy now. */
export type StagedDocument = ListedHeads;
