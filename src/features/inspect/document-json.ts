import { documentFactsJson } from '../../core/content/document-json.ts';
import { isoTime } from '../../platform/format.ts';
import type { InspectedDocument } from './documents.ts';

/** A document in a listing, as docs/json.md describes it; what cannot be read has `error` instead. */
export function listedJson({ namespace, url, facts, reading }: InspectedDocument): object {
  if (reading.kind === 'content') return documentFactsJson(namespace, facts, reading.content);
  return {
    namespace,
    id: facts.id,
    url,
    chunks: facts.chunkCount,
    bytes: facts.sizeBytes,
    lastChange: isoTime(facts.changedAt),
    error: reading.error,
  };
}

/** One line of a dump. */
export function dumpJson({ namespace, url, facts, reading }: InspectedDocument): object {
  const identity = { namespace, id: facts.id, url };
  if (reading.kind === 'damaged') return { ...identity, error: reading.error };
  const { heads, type, content } = reading.content;
  return { ...identity, heads, type: type ?? null, content };
}
