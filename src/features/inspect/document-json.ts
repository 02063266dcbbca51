import { guessTitle } from '../../core/content/title.ts';
import { isoTime } from '../../platform/format.ts';
import type { InspectedDocument } from './documents.ts';

/** A document in a listing, as docs/json.md describes it; what cannot be read has `error` instead. */
export function listedJson({ namespace, url, facts, reading }: InspectedDocument): object {
  const identity = { namespace, id: facts.id, url };
  const stored = {
    chunks: facts.chunkCount,
    bytes: facts.sizeBytes,
    lastChange: isoTime(facts.changedAt),
  };
  if (reading.kind === 'damaged') return { ...identity, ...stored, error: reading.error };
  const { type, heads, changeCount, operationCount, actorCount, editedAt, content } = reading.content;
  return {
    ...identity,
    type: type ?? null,
    title: guessTitle(content) ?? null,
    heads,
    changes: changeCount,
    operations: operationCount,
    actors: actorCount,
    ...stored,
    lastEdit: isoTime(editedAt),
  };
}

/** One line of a dump. */
export function dumpJson({ namespace, url, facts, reading }: InspectedDocument): object {
  const identity = { namespace, id: facts.id, url };
  if (reading.kind === 'damaged') return { ...identity, error: reading.error };
  const { heads, type, content } = reading.content;
  return { ...identity, heads, type: type ?? null, content };
}
