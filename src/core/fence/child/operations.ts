import { readChunk } from '../../format/chunk.ts';
import { readFacts, type ChunkFacts } from '../chunk-facts.ts';
import { packHashes, unpackHashes } from '../hashes.ts';
import { findLoss } from './find-loss.ts';
import type { DocumentOpener, OpenedDocument } from './opened-document.ts';
import { Refusal } from './refusal.ts';

const empty = new Uint8Array();
/** One change taken out by its hash costs as much as so many written one after the other. */
const changesPerLookUp = 64;

/** The heads and the hashes of one document chunk. */
export function open(opener: DocumentOpener, [chunk = empty]: readonly Uint8Array[]): readonly Uint8Array[] {
  const [claimed, ...others] = factsOf(chunk);
  if (claimed?.kind !== 'document' || others.length > 0) throw new Refusal('it is not one document chunk');
  return opener.with(chunk, (document) => {
    const { heads } = document;
    if (heads.join() !== claimed.heads.join()) throw new Refusal('its heads are not those it claims');
    return [packHashes(heads), packHashes(document.hashes)];
  });
}

/** The changes with these hashes, in dependency order. */
export function extract(
  opener: DocumentOpener,
  [chunks = empty, packed = empty]: readonly Uint8Array[],
): readonly Uint8Array[] {
  const wanted = new Set(unpackHashes(packed));
  return opener.with(chunks, (document) => {
    const { hashes } = document;
    const found = hashes.filter((hash) => wanted.has(hash));
    if (found.length < wanted.size) throw new Refusal('it does not hold all of these changes');
    const changes =
      found.length * changesPerLookUp < hashes.length
        ? found.map((hash) => document.change(hash) ?? empty)
        : document.changes().filter((_, index) => wanted.has(hashes[index] ?? ''));
    if (changes.length === found.length && changes.every((change, n) => isChange(change, found[n]))) {
      return changes;
    }
    throw new Refusal('a change in it is not written the way its hash says');
  });
}

/** All as one document chunk, its heads and the hashes inside, in the order of that chunk. */
export function compact(
  opener: DocumentOpener,
  [chunks = empty]: readonly Uint8Array[],
): readonly Uint8Array[] {
  const facts = factsOf(chunks);
  return opener.with(chunks, (document) => {
    const isEmpty = document.heads.length === 0;
    if (isEmpty && facts.some(({ kind }) => kind === 'change')) {
      throw new Refusal('all that it holds waits for changes that are not there');
    }
    return saveAgain(opener, document, facts);
  });
}

/** Nothing, where all `additions` can be read on top of the document, saved with it and read again. */
export function check(
  opener: DocumentOpener,
  [chunks = empty, ...additions]: readonly Uint8Array[],
): readonly Uint8Array[] {
  const added = additions.flatMap(factsOf);
  const facts = [...factsOf(chunks), ...added];
  return opener.once(Buffer.concat([chunks, ...additions]), (document) => {
    const hashes = new Set(document.hashes);
    const isThere = (fact: ChunkFacts): boolean => fact.kind === 'change' && hashes.has(fact.hash);
    if (!added.every(isThere))
      throw new Refusal(findLoss(facts, hashes) ?? 'it waits for changes that are not there');
    if (facts.length > 0) saveAgain(opener, document, facts);
    return [];
  });
}

function factsOf(chunks: Uint8Array): readonly ChunkFacts[] {
  const facts = readFacts(chunks);
  if (facts === undefined) throw new Refusal('it is not made of whole chunks');
  return facts;
}

function isChange(change: Uint8Array, hash: string | undefined): boolean {
  const [fact, ...others] = factsOf(change);
  return fact?.kind === 'change' && fact.hash === hash && others.length === 0;
}

/** Throws where what was saved is not, when it is loaded, what was there; or where that had lost something before. */
function saveAgain(
  opener: DocumentOpener,
  document: OpenedDocument,
  facts: readonly ChunkFacts[],
): readonly Uint8Array[] {
  const before = new Set(document.hashes);
  const loss = findLoss(facts, before);
  if (loss !== undefined) throw new Refusal(loss);
  // Changes that wait for others follow the document; they are not part of it.
  const snapshot = readChunk(document.save(), 0)?.bytes;
  if (snapshot === undefined) throw new Refusal('it is not one whole chunk once it was saved');
  return opener.once(snapshot, (again) => {
    const { heads, hashes } = again;
    const isSame = heads.join() === document.heads.join() && hashes.length === before.size;
    if (!isSame || !hashes.every((hash) => before.has(hash))) {
      throw new Refusal('it is not the same once it was saved and loaded');
    }
    return [snapshot, packHashes(heads), packHashes(hashes)];
  });
}
