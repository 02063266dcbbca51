import { Failure } from '../../core/failure.ts';
import { readContent, type DocumentContent } from '../../core/content/content.ts';
import { documentUrl, type DocumentId } from '../../core/store/document-id.ts';
import type { ListedDocument } from '../../core/store/namespace-reader.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
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
  const facts = await inspection.reader.facts(namespace, id);
  const document = facts && (await inspectDocument(inspection, namespace, facts));
  if (document) return document;
  throw new Failure('NotFound', `${id} is no longer in ${namespace}.`);
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
    const content = await readContent(document);
    return { namespace, url, facts, reading: { kind: 'content', content } };
  } catch (error) {
    const sentence = inspection.damage.add(`${namespace} ${url}`, error);
    return { namespace, url, facts, reading: { kind: 'damaged', error: sentence } };
  }
}
