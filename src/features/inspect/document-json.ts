import { documentFactsJson, documentJson as wholeJson } from '../../core/content/document-json.ts';
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

/** One document alone: the same with its content. */
export function documentJson(document: InspectedDocument): object {
  const { namespace, facts, reading } = document;
  if (reading.kind === 'damaged') return listedJson(document);
  return wholeJson(namespace, facts, reading.content);
}

/** One line of a dump. */
export function dumpJson({ namespace, url, facts, reading }: InspectedDocument): object {
  const identity = { namespace, id: facts.id, url };
  if (reading.kind === 'damaged') return { ...identity, error: reading.error };
  const { heads, type, content } = reading.content;
  return { ...identity, heads, type: type ?? null, content };
}
