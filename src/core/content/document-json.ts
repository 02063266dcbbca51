import { isoTime } from '../../platform/format.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { documentUrl } from '../store/document-id.ts';
import type { ListedDocument } from '../store/namespace-reader.ts';
import type { DocumentContent } from './content.ts';
import type { SeenDocument } from './seen-document.ts';
import { guessTitle } from './title.ts';

/** A document and what is stored of it, as docs/json.md describes them, without its content. */
export function documentFactsJson(
  namespace: Namespace,
  facts: ListedDocument,
  { type, heads, changeCount, operationCount, actorCount, editedAt, content }: DocumentContent,
): object {
  return {
    namespace,
    id: facts.id,
    url: documentUrl(facts.id),
    type: type ?? null,
    title: guessTitle(content) ?? null,
    heads,
    changes: changeCount,
    operations: operationCount,
    actors: actorCount,
    chunks: facts.chunkCount,
    bytes: facts.sizeBytes,
    lastChange: isoTime(facts.changedAt),
    lastEdit: isoTime(editedAt),
  };
}

/** One document alone: the same with its content and what that does not show. */
export function documentJson(namespace: Namespace, facts: ListedDocument, seen: SeenDocument): object {
  return {
    ...documentFactsJson(namespace, facts, seen),
    conflicts: seen.conflictCount,
    links: seen.linkCount,
    content: seen.content,
    marks: seen.marks,
  };
}
