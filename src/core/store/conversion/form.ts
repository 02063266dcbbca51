import type { Fence } from '../../fence/fence.ts';
import type { Namespace } from '../../lexicon/namespace.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Disk } from '../disk.ts';
import type { DocumentFacts, DocumentStore, SetAsideChunk } from '../document-store.ts';

/** What a conversion works with. */
export interface ConversionGround {
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly disk: Disk;
  /** Opens what others wrote into files. */
  readonly fence: Pick<Fence, 'compact'>;
}

/** A chunk in quarantine with its bytes. */
export interface KeptChunk {
  readonly chunk: SetAsideChunk;
  readonly bytes: Uint8Array;
}

/** How one backend keeps a namespace, at its place in the data directory and, before it is moved there, in a folder of its own. */
export interface StoreForm {
  /** The path that is there where the backend keeps the namespace. */
  path(dataDirectory: string, namespace: Namespace): string;
  open(ground: ConversionGround, namespace: Namespace): Promise<DocumentStore>;
  /** A new store in an empty folder. */
  openStaged(ground: ConversionGround, staging: string): Promise<DocumentStore>;
  /** Where the disk shows when a document was written, what a staged store, which is closed, does not. */
  remember(staging: string, copied: readonly DocumentFacts[]): Promise<void>;
  /** Adds to the quarantine of a staged store, which is closed. */
  keepAside(staging: string, kept: AsyncIterable<KeptChunk>): Promise<void>;
  /** Moves a staged store, which is closed, to its place. Nothing of this backend lies there. */
  moveIn(ground: ConversionGround, namespace: Namespace, staging: string): Promise<void>;
  /** Moves all that this backend has at its place into the folder that `makeFolder` gives, which it asks for when there is something. */
  moveAway(ground: ConversionGround, namespace: Namespace, makeFolder: () => string): Promise<void>;
}
