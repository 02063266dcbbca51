import type { Fence } from '../fence/fence.ts';
import { unpackHashes } from '../fence/hashes.ts';
import type { DocumentId } from './document-id.ts';
import type { Heads } from './document-store.ts';
import { sameHeads } from './heads.ts';
import type { ImportStep } from './import-steps.ts';
import { openSource, type OpenedSource, type SourceOptions } from './open-source.ts';

/** What is there of a document already. */
export interface HeldDocument {
  /** Undefined where whoever wrote it recorded none. */
  readonly heads: Heads | undefined;
  /** Those that are intact. */
  readonly chunks: readonly Uint8Array[];
  readonly isWhole: boolean;
}

export interface MergeOptions extends SourceOptions {
  /** Undefined where there is no such document. */
  held(id: DocumentId): Promise<HeldDocument | undefined>;
}

type Opened = Extract<OpenedSource, { readonly kind: 'opened' }>;

/**
 * What an import has to do so that all changes of a document are here: nothing where they are. What is there is
 * never replaced, and where a part of it is damaged the rest of it and what comes are put together.
 */
export async function decideMerge(id: DocumentId, options: MergeOptions): Promise<ImportStep> {
  const opened = await openSource(id, options);
  if (opened.kind === 'damaged') return { kind: 'damaged', id, reason: opened.reason };
  const held = await options.held(id);
  const { snapshot, heads, interior } = opened;
  if (held === undefined) return { kind: 'new', id, addition: { chunks: [snapshot], heads }, interior };
  if (held.isWhole && held.heads && sameHeads(held.heads, heads)) return { kind: 'known', id };
  return mergeWith(id, { held, opened, fence: options.fence });
}

interface Meeting {
  readonly held: HeldDocument;
  readonly opened: Opened;
  readonly fence: Pick<Fence, 'compact'>;
}

async function mergeWith(id: DocumentId, { held, opened, fence }: Meeting): Promise<ImportStep> {
  if (held.chunks.length > 0) {
    const here = await fence.compact(held.chunks);
    if (here.kind === 'refused') return refused(id, here.reason);
    if (isWithin(opened.interior, here.interior)) return { kind: 'known', id };
  }
  const both = await fence.compact([...held.chunks, opened.snapshot]);
  if (both.kind === 'refused') return refused(id, both.reason);
  const now = new Set(unpackHashes(both.interior));
  // Heads that were recorded stay so, also of chunks that are damaged: what is missing is to be seen.
  const lost = (held.heads ?? []).filter((head) => !now.has(head));
  const heads = [...new Set([...both.heads, ...lost])].toSorted();
  // What is damaged was not opened with it: then the server looks at all of it once more.
  const interior = held.isWhole ? opened.interior : undefined;
  return { kind: 'merged', id, addition: { chunks: [opened.snapshot], heads }, interior };
}

function refused(id: DocumentId, reason: string): ImportStep {
  return {
    kind: 'damaged',
    id,
    reason: `It does not go together with the document that is stored here: ${reason}`,
  };
}

function isWithin(some: Uint8Array, all: Uint8Array): boolean {
  const there = new Set(unpackHashes(all));
  return unpackHashes(some).every((hash) => there.has(hash));
}
