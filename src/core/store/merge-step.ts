import type { Fence } from '../fence/fence.ts';
import { unpackHashes } from '../fence/hashes.ts';
import { newestHashes } from '../format/whole-chunks.ts';
import type { DocumentId } from './document-id.ts';
import type { Heads } from './document-store.ts';
import { sameHeads } from './heads.ts';
import type { ImportStep } from './import-steps.ts';
import { openChunks, readSource, type OpenedSource, type SourceOptions } from './open-source.ts';

/** What is there of a document already. */
export interface HeldDocument {
  /** Undefined where whoever wrote it recorded none. */
  readonly heads: Heads | undefined;
  /** Those that are intact. */
  readonly chunks: readonly Uint8Array[];
  readonly isWhole: boolean;
  /** The hashes of changes in it that Automerge has opened, where the store knows them. */
  readonly opened?: readonly string[];
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
  const found = await readSource(id, options.read);
  if (found.kind === 'damaged') return { kind: 'damaged', id, reason: found.reason };
  const held = await options.held(id);
  if (held && isHere(found.chunks, held)) return { kind: 'known', id };
  const opened = await openChunks(found.chunks, options.fence);
  if (opened.kind === 'damaged') return { kind: 'damaged', id, reason: opened.reason };
  const { snapshot, heads, interior } = opened;
  if (held === undefined) return { kind: 'new', id, addition: { chunks: [snapshot], heads }, interior };
  if (held.isWhole && held.heads && sameHeads(held.heads, heads)) return { kind: 'known', id };
  return mergeWith(id, { held, opened, fence: options.fence });
}

/**
 * Whether the newest that each chunk names is here, and so all before it, for a hash stands for all that it builds on. An
 * import that is run again must not open each document again, or one that is interrupted time after time gets no further.
 */
function isHere(chunks: readonly Uint8Array[], { isWhole, heads, opened }: HeldDocument): boolean {
  if (!isWhole || heads === undefined) return false;
  const here = new Set([...heads, ...(opened ?? [])]);
  return chunks.every((chunk) => newestHashes(chunk)?.every((hash) => here.has(hash)));
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
