import { graphKey, linkedHere, type Graph, type GraphDocument } from './graph.ts';

/**
 * Where a drawing begins in each namespace: at the root documents of apps, then at the documents that no other links to,
 * and then, of what is left, which is cycles and what hangs on them, at the first of each.
 */
export function findRoots(
  graph: Pick<Graph, 'documents'>,
  known: readonly Pick<GraphDocument, 'namespace' | 'id'>[],
): readonly GraphDocument[] {
  const ofApps = new Set(known.flatMap((one) => graph.documents.get(graphKey(one)) ?? []));
  const documents = [...graph.documents.values()];
  const linked = new Set<GraphDocument>();
  for (const document of documents) {
    for (const to of linkedHere(graph, document)) if (to !== document) linked.add(to);
  }
  const alone = documents.filter((document) => !linked.has(document) && !ofApps.has(document));
  const roots = [...ofApps, ...alone];
  const reached = new Set<GraphDocument>();
  for (const root of roots) reach(graph, root, reached);
  for (const document of documents) {
    if (reached.has(document)) continue;
    roots.push(document);
    reach(graph, document, reached);
  }
  const namespaces = new Set(documents.map(({ namespace }) => namespace));
  const byNamespace = Map.groupBy(roots, ({ namespace }) => namespace);
  return [...namespaces].flatMap((namespace) => byNamespace.get(namespace) ?? []);
}

/** Chains may be longer than a stack is deep. */
function reach(graph: Pick<Graph, 'documents'>, from: GraphDocument, reached: Set<GraphDocument>): void {
  const waiting = [from];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...linkedHere(graph, next));
  }
}
