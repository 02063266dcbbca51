import { Failure } from '../../core/failure.ts';
import { readContent, type DocumentContent } from '../../core/content/content.ts';
import { documentUrl, type DocumentId } from '../../core/store/document-id.ts';
import type { ListedDocument } from '../../core/store/namespace-reader.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import { namesOf, unknownName, type Target } from '../../core/store/target.ts';
import { takeTurn } from '../../platform/turn.ts';
import type { Inspection } from './inspection.ts';

export type Reading =
  | { readonly kind: 'content'; readonly content: DocumentContent }
  | { readonly kind: 'damaged'; readonly error: string };

/** One document as every form of the command sees it. */
export interface InspectedDocument {
  readonly namespace: Namespace;
  readonly url: string;
  readonly facts: ListedDocument;
  readonly reading: Reading;
}

/** Every document of the namespaces, read one at a time; damage is told and passed over. */
export async function* inspectDocuments(
  inspection: Inspection,
  namespaces: readonly Namespace[],
): AsyncGenerator<InspectedDocument> {
  for (const namespace of namespaces) {
    try {
      yield* inspectNamespace(inspection, namespace);
    } catch (error) {
      inspection.damage.add(namespace, error);
    }
  }
}

/** Every document under the target. */
export async function* documentsUnder(
  inspection: Inspection,
  target: Target,
): AsyncGenerator<InspectedDocument> {
  switch (target.kind) {
    case 'tree':
      yield* inspectDocuments(inspection, target.namespaces);
      return;
    case 'namespace':
      yield* inspectDocuments(inspection, [target.namespace]);
      return;
    case 'type':
      yield* documentsOfType(inspection, target.type, target.namespaces);
      return;
    case 'document':
      yield await inspectOne(inspection, target.namespace, target.id);
  }
}

/** Throws `NotFound` where there is none; which type a damaged document had is not known, so it is left out. */
export async function* documentsOfType(
  inspection: Inspection,
  type: string,
  namespaces: readonly Namespace[],
): AsyncGenerator<InspectedDocument> {
  const seen = new Set<string>();
  for await (const document of inspectDocuments(inspection, namespaces)) {
    const found = document.reading.kind === 'content' ? document.reading.content.type : undefined;
    if (found !== undefined) seen.add(found);
    if (found === type) yield document;
  }
  if (!seen.has(type)) throw unknownName(type, [...seen, ...namesOf(await inspection.reader.namespaces())]);
}

async function* inspectNamespace(
  inspection: Inspection,
  namespace: Namespace,
): AsyncGenerator<InspectedDocument> {
  for await (const facts of inspection.reader.list(namespace)) {
    inspection.signal.throwIfAborted();
    const document = await inspectDocument(inspection, namespace, facts);
    if (document) yield document;
  }
}

/** The document a person named; `NotFound` where it went away since it was found. */
export async function inspectOne(
  inspection: Inspection,
  namespace: Namespace,
  id: DocumentId,
): Promise<InspectedDocument> {
  const document = await findDocument(inspection, namespace, id);
  if (document) return document;
  throw new Failure('NotFound', `${id} is no longer in ${namespace}.`);
}

/** The document with this id; undefined where the namespace has none. */
export async function findDocument(
  inspection: Inspection,
  namespace: Namespace,
  id: DocumentId,
): Promise<InspectedDocument | undefined> {
  inspection.signal.throwIfAborted();
  const facts = await inspection.reader.facts(namespace, id);
  return facts && inspectDocument(inspection, namespace, facts);
}

/** One document; undefined where it went away since it was listed. */
async function inspectDocument(
  inspection: Inspection,
  namespace: Namespace,
  facts: ListedDocument,
): Promise<InspectedDocument | undefined> {
  const url = documentUrl(facts.id);
  try {
    const document = await inspection.reader.load(namespace, facts.id);
    if (!document) return undefined;
    await takeTurn(inspection.signal);
    const content = await readContent(document);
    await takeTurn(inspection.signal);
    return { namespace, url, facts, reading: { kind: 'content', content } };
  } catch (error) {
    const sentence = inspection.damage.add(`${namespace} ${url}`, error);
    return { namespace, url, facts, reading: { kind: 'damaged', error: sentence } };
  }
}
