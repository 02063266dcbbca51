import { readRootDocuments } from '../../../core/auth/read-root-documents.ts';
import { findLinks, type Link } from '../../../core/content/links.ts';
import { guessTitle } from '../../../core/content/title.ts';
import type { Target } from '../../../core/store/target.ts';
import { documentsUnder, findDocument, inspectOne, type InspectedDocument } from '../documents.ts';
import type { Inspection } from '../inspection.ts';
import { graphKey, type Graph, type GraphDocument, type LeadsTo } from './graph.ts';
import { Places } from './places.ts';
import { findRoots } from './roots.ts';

type Found = Omit<GraphDocument, 'links'> & { readonly links: readonly Link[] };

/** The documents under the target with their links; of one document, all that can be reached from it. */
export async function buildGraph(inspection: Inspection, target: Target): Promise<Graph> {
  const found = new Map<string, Found>();
  const each =
    target.kind === 'document' ? reachable(inspection, target) : documentsUnder(inspection, target);
  for await (const document of each) {
    const one = toFound(document);
    found.set(graphKey(one), one);
  }
  const places = new Places(inspection);
  const documents = new Map<string, GraphDocument>();
  for (const [key, document] of found) {
    const links: GraphDocument['links'][number][] = [];
    for (const link of document.links) {
      inspection.signal.throwIfAborted();
      links.push({ ...link, leadsTo: await follow(found, places, document, link) });
    }
    documents.set(key, { ...document, links });
  }
  const [first] = documents.values();
  const roots =
    target.kind === 'document' && first
      ? [first]
      : findRoots({ documents }, await readRootDocuments(inspection.reader.dataDirectory));
  return { documents, roots };
}

async function* reachable(
  inspection: Inspection,
  { namespace, id }: Extract<Target, { kind: 'document' }>,
): AsyncGenerator<InspectedDocument> {
  const first = await inspectOne(inspection, namespace, id);
  yield first;
  const seen = new Set([id]);
  const waiting = linksOf(first);
  for (const link of waiting) {
    if (seen.has(link.id)) continue;
    seen.add(link.id);
    const next = await findDocument(inspection, namespace, link.id);
    if (!next) continue;
    yield next;
    // The loop goes on with what is added while it runs.
    for (const further of linksOf(next)) if (!seen.has(further.id)) waiting.push(further);
  }
}

async function follow(
  found: ReadonlyMap<string, unknown>,
  places: Places,
  { namespace }: Found,
  { id }: Link,
): Promise<LeadsTo> {
  if (found.has(graphKey({ namespace, id }))) return { kind: 'here' };
  const namespaces = await places.find(id);
  if (namespaces.length === 0) return { kind: 'nowhere' };
  return namespaces.includes(namespace) ? { kind: 'outside' } : { kind: 'elsewhere', namespaces };
}

function toFound(document: InspectedDocument): Found {
  const { namespace, url, facts, reading } = document;
  const isRead = reading.kind === 'content';
  return {
    namespace,
    id: facts.id,
    url,
    type: isRead ? reading.content.type : undefined,
    title: isRead ? guessTitle(reading.content.content) : undefined,
    error: isRead ? undefined : reading.error,
    links: linksOf(document),
  };
}

function linksOf({ reading }: InspectedDocument): Link[] {
  return reading.kind === 'content' ? [...findLinks(reading.content.content)] : [];
}
