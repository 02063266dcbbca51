import type { Target } from '../../../core/store/target.ts';
import { painter } from '../../../platform/colour.ts';
import { printableJson } from '../../../platform/escape.ts';
import { count } from '../../../platform/format.ts';
import { jsonListLines, printLines } from '../document/lines.ts';
import { lineWidth, type Inspection, type Page } from '../inspection.ts';
import { buildGraph } from './build.ts';
import { graphDot } from './dot.ts';
import { drawGraph } from './draw.ts';
import type { Graph, GraphDocument, GraphLink, LeadsTo } from './graph.ts';

export type GraphForm = 'drawn' | 'json' | 'dot';

/** How the documents under the target are linked. */
export async function showGraph(inspection: Inspection, target: Target, form: GraphForm): Promise<void> {
  const { terminal } = inspection;
  const graph = await buildGraph(inspection, target);
  const page = { width: lineWidth(terminal), paint: painter(terminal) };
  await printLines(inspection, linesOf(graph, form, page));
}

function linesOf(graph: Graph, form: GraphForm, page: Page): Iterable<string> {
  switch (form) {
    case 'drawn':
      return drawn(graph, page);
    case 'json':
      return json(graph);
    case 'dot':
      return graphDot(graph);
  }
}

function* drawn(graph: Graph, page: Page): Generator<string> {
  yield* drawGraph(graph, page);
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

function json({ documents, roots }: Graph): Iterable<string> {
  const isRoot = new Set(roots);
  const items = documents.values().map((one) => printableJson(documentJson(one, isRoot.has(one))));
  return jsonListLines('{}', 'documents', items);
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
