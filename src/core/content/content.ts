import type { Heads } from '../store/document-store.ts';
import type { ReadDocument } from '../store/namespace-reader.ts';
import { readHistory } from './history.ts';
import { toJson, type Json } from './json.ts';
import { latestMoment, type Moment } from './moment.ts';
import { openDocument, type OpenedDocument, type Parts } from './opened-document.ts';

export interface DocumentContent {
  readonly heads: Heads;
  readonly changeCount: number;
  /** Of the latest state those that are in it, as Automerge counts; of an earlier one what its changes did, removals included. */
  readonly operationCount: number;
  readonly actorCount: number;
  /** When the latest of its changes says it was made, in milliseconds since 1970; undefined where none says. */
  readonly editedAt: number | undefined;
  /** `$type` of the root, where it is a string. */
  readonly type: string | undefined;
  readonly content: Json;
}

/** What the chunks of a document say, or `StoreDamaged` where they do not make the document that was stored. */
export async function readContent(document: ReadDocument): Promise<DocumentContent> {
  using opened = await openDocument(document);
  return contentAt(opened, latestMoment(readHistory(opened)));
}

/** What a document says at a moment. */
export function contentAt(opened: OpenedDocument, { heads, changes }: Moment): DocumentContent {
  const root = opened.at(heads);
  const isLatest = heads.join() === opened.heads.join();
  let editedAt = -Infinity;
  let operationCount = 0;
  for (const change of changes) {
    editedAt = Math.max(editedAt, change.notBefore);
    operationCount += change.operationCount;
  }
  return {
    heads,
    changeCount: changes.length,
    operationCount: isLatest ? opened.ask(operationsIn) : operationCount,
    actorCount: new Set(changes.map(({ actor }) => actor)).size,
    editedAt: editedAt === -Infinity ? undefined : editedAt,
    type: typeof root['$type'] === 'string' ? root['$type'] : undefined,
    content: opened.ask(({ automerge }) => toJson(automerge, root)),
  };
}

/** Of a state of the past Automerge would have to make a document first, which takes longer than to load all of it. */
function operationsIn({ automerge, document }: Parts): number {
  return automerge.stats(document).numOps;
}
