import { cutToWidth } from '../../../platform/columns.ts';
import { escapeLines } from '../../../platform/escape.ts';
import { graphKey, type Graph, type GraphDocument, type GraphLink } from './graph.ts';

/**
 * The graph in the language of Graphviz (https://graphviz.org/doc/info/lang.html), line by line. A document is called by
 * its namespace and id, for an id may live in several.
 */
export function* graphDot(graph: Graph): Generator<string> {
  yield 'digraph groundmist {';
  yield '  rankdir=LR;';
  yield '  node [shape=box, style=rounded];';
  const roots = new Set(graph.roots);
  const byNamespace = Map.groupBy(graph.documents.values(), ({ namespace }) => namespace);
  for (const [namespace, documents] of byNamespace) {
    yield `  subgraph ${quoted(`cluster ${namespace}`)} {`;
    yield `    label=${label(namespace)};`;
    for (const document of documents) yield `    ${node(document, roots.has(document))}`;
    yield '  }';
  }
  const declared = new Set<string>();
  for (const document of graph.documents.values()) {
    for (const link of document.links) yield* edges(graph, document, link, declared);
  }
  yield '}';
}

function node(document: GraphDocument, isRoot: boolean): string {
  const { id, title, type, error } = document;
  const name = error === undefined ? cutToWidth(title ?? type ?? '', longestLabel) : 'cannot be read';
  const attributes = [
    `label=${label(name === '' ? id : `${name}\n${id}`)}`,
    ...(isRoot ? ['penwidth=2'] : []),
    ...(error === undefined ? [] : ['color=red']),
  ];
  return `${quoted(graphKey(document))} [${attributes.join(', ')}];`;
}

/** The edges of a link, after whatever they lead to that is not among the documents. */
function* edges(
  graph: Graph,
  from: GraphDocument,
  link: GraphLink,
  declared: Set<string>,
): Generator<string> {
  const { id, leadsTo } = link;
  const isElsewhere = leadsTo.kind === 'elsewhere';
  for (const namespace of isElsewhere ? leadsTo.namespaces : [from.namespace]) {
    const key = graphKey({ namespace, id });
    const missing = graph.documents.has(key) || declared.has(key) ? undefined : ghost(key, link, namespace);
    declared.add(key);
    if (missing !== undefined) yield `  ${missing}`;
    yield `  ${quoted(graphKey(from))} -> ${quoted(key)} [${edgeStyle(link)}];`;
  }
}

function ghost(key: string, { id, leadsTo }: GraphLink, namespace: string): string {
  const says = { here: '', outside: '', elsewhere: `in ${namespace}\n`, nowhere: 'no such document\n' };
  const color = leadsTo.kind === 'nowhere' ? ', color=red' : '';
  return `${quoted(key)} [label=${label(`${says[leadsTo.kind]}${id}`)}, style=dashed${color}];`;
}

function edgeStyle({ path, leadsTo }: GraphLink): string {
  const tooltip = `tooltip=${label(path.join('.').slice(0, longestLabel))}`;
  if (leadsTo.kind === 'nowhere') return `${tooltip}, style=dashed, color=red`;
  return leadsTo.kind === 'elsewhere' ? `${tooltip}, style=dashed` : tooltip;
}

/** A picture is no place for more, and Graphviz refuses very long ones. */
const longestLabel = 200;

/** Inside quotation marks only those must be escaped; in a label also what would be read as an escape or an entity. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}

function label(text: string): string {
  const shown = escapeLines(text).replaceAll('\\', '\\\\').replaceAll('&', '&amp;').replaceAll('"', '\\"');
  return `"${shown.replaceAll('\n', '\\n')}"`;
}
