import type { Target } from '../../../core/store/target.ts';
import { printableJson } from '../../../platform/escape.ts';
import { count } from '../../../platform/format.ts';
import { lineWidth, type Inspection } from '../inspection.ts';
import { buildGraph } from './build.ts';
import { graphDot } from './dot.ts';
import { drawGraph } from './draw.ts';
import type { Graph, GraphDocument, GraphLink, LeadsTo } from './graph.ts';

export type GraphForm = 'drawn' | 'json' | 'dot';

/** How the documents under the target are linked. */
export async function showGraph(inspection: Inspection, target: Target, form: GraphForm): Promise<void> {
  const { terminal } = inspection;
  const graph = await buildGraph(inspection, target);
  for (const line of linesOf(graph, form, lineWidth(terminal))) await terminal.result(line);
}

function linesOf(graph: Graph, form: GraphForm, width: number): Iterable<string> {
  switch (form) {
    case 'drawn':
      return drawn(graph, width);
    case 'json':
      return json(graph);
    case 'dot':
      return graphDot(graph);
  }
}

function* drawn(graph: Graph, width: number): Generator<string> {
  yield* drawGraph(graph, width);
  if (graph.documents.size > 0) yield '';
  yield sums(graph);
}

function sums({ documents }: Graph): string {
  const links = [...documents.values()].flatMap((document) => document.links);
  const amountOf = (kind: LeadsTo['kind']): number =>
    links.filter(({ leadsTo }) => leadsTo.kind === kind).length;
  const [nowhere, elsewhere] = [amountOf('nowhere'), amountOf('elsewhere')];
  return [
    count(documents.size, 'document'),
    count(links.length, 'link'),
    ...(nowhere > 0 ? [`${nowhere.toLocaleString('en-US')} to no document`] : []),
    ...(elsewhere > 0 ? [`${elsewhere.toLocaleString('en-US')} into another namespace`] : []),
  ].join(', ');
}

/** One object over several lines, a document a line. */
function* json({ documents, roots }: Graph): Generator<string> {
  const isRoot = new Set(roots);
  let line = '{"documents":[';
  for (const [index, document] of [...documents.values()].entries()) {
    yield index === 0 ? line : `${line},`;
    line = printableJson(documentJson(document, isRoot.has(document)));
  }
  yield `${line}]}`;
}

function documentJson(document: GraphDocument, isRoot: boolean): object {
  const { namespace, id, url, type, title, error, links } = document;
  const identity = { namespace, id, url, isRoot };
  if (error !== undefined) return { ...identity, error };
  return { ...identity, type: type ?? null, title: title ?? null, links: links.map(linkJson) };
}

function linkJson({ path, url, id, leadsTo }: GraphLink): object {
  const namespaces = leadsTo.kind === 'elsewhere' ? { namespaces: leadsTo.namespaces } : {};
  return { path, url, id, leadsTo: leadsTo.kind, ...namespaces };
}
