import type { Link } from '../../../core/content/links.ts';
import type { Namespace } from '../../../core/lexicon/namespace.ts';
import type { DocumentId } from '../../../core/store/document-id.ts';

/** Where a link leads, seen from the namespace it stands in, which an app cannot leave. */
export type LeadsTo =
  /** To a document of the graph. */
  | { readonly kind: 'here' }
  /** To one of the same namespace that is not in the graph. */
  | { readonly kind: 'outside' }
  /** There is no such document in the namespace, but in these. */
  | { readonly kind: 'elsewhere'; readonly namespaces: readonly Namespace[] }
  /** There is no such document. */
  | { readonly kind: 'nowhere' };

export interface GraphLink extends Link {
  readonly leadsTo: LeadsTo;
}

export interface GraphDocument {
  readonly namespace: Namespace;
  readonly id: DocumentId;
  readonly url: string;
  readonly type: string | undefined;
  readonly title: string | undefined;
  /** Why it cannot be read. */
  readonly error: string | undefined;
  readonly links: readonly GraphLink[];
}

/** Documents and how they are linked. */
export interface Graph {
  readonly documents: ReadonlyMap<string, GraphDocument>;
  /** From them every document of the graph can be reached. */
  readonly roots: readonly GraphDocument[];
}

/** An id may live in several namespaces, as documents that have nothing to do with one another. */
export function graphKey({ namespace, id }: Pick<GraphDocument, 'namespace' | 'id'>): string {
  return `${namespace} ${id}`;
}

/** The documents of the graph that a document links to, each once, in its order. */
export function linkedHere(
  graph: Pick<Graph, 'documents'>,
  document: GraphDocument,
): readonly GraphDocument[] {
  const here = document.links.filter(({ leadsTo }) => leadsTo.kind === 'here');
  const ids = new Set(here.map(({ id }) => id));
  return [...ids].flatMap((id) => graph.documents.get(graphKey({ namespace: document.namespace, id })) ?? []);
}
