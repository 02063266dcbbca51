import { escapeUnprintable } from '../../../platform/escape.ts';
import { paintLine, type Piece } from '../../../platform/painted-line.ts';
import type { Page } from '../inspection.ts';
import { graphKey, type Graph, type GraphDocument, type GraphLink, type LeadsTo } from './graph.ts';

/** A line of the drawing: a document, or a link that leads to none of them. */
type Branch =
  | { readonly kind: 'document'; readonly document: GraphDocument }
  | { readonly kind: 'end'; readonly link: GraphLink };

interface Placed {
  readonly branch: Branch;
  /** What stands before the branches of this one. */
  readonly below: string;
  /** What stands before this one itself. */
  readonly before: string;
  readonly depth: number;
}

/** Deeper, a drawing goes on at the margin: an id of 28 columns needs its room, and a person too. */
const deepest = 12;
const narrowestTitle = 20;
const idWidth = 28;
const stepWidth = 4;

/** The trees that hang on the roots, line by line. A document is drawn out once; wherever else it is met, that is said. */
export function* drawGraph(graph: Graph, page: Page): Generator<string> {
  const drawing = new Drawing(graph, page);
  let namespace: string | undefined;
  for (const root of graph.roots) {
    if (root.namespace !== namespace) {
      if (namespace !== undefined) yield '';
      yield `${page.paint('title', root.namespace)}\n`;
      namespace = root.namespace;
    }
    yield* drawing.draw(root);
  }
}

class Drawing {
  readonly #graph: Graph;
  readonly #page: Page;
  readonly #deepest: number;
  readonly #drawn = new Set<GraphDocument>();
  /** Documents that are drawn at the margin, for there is no room at their place. */
  #later: GraphDocument[] = [];

  constructor(graph: Graph, page: Page) {
    this.#graph = graph;
    this.#page = page;
    const room = Math.floor((page.width - idWidth - narrowestTitle) / stepWidth);
    this.#deepest = Math.min(deepest, Math.max(1, room));
  }

  *draw(root: GraphDocument): Generator<string> {
    if (this.#drawn.has(root)) return;
    yield* this.#drawFrom(root, '');
    for (let next = this.#later.shift(); next; next = this.#later.shift()) {
      if (!this.#drawn.has(next)) yield* this.#drawFrom(next, '↑ continued');
    }
  }

  /** With a stack of its own: a chain of documents may be longer than the one of the engine. */
  *#drawFrom(root: GraphDocument, mark: string): Generator<string> {
    this.#drawn.add(root);
    yield this.#line('', root, mark);
    const stack = this.#branchesOf(root, '', 1);
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { branch, before, below, depth } = next;
      if (branch.kind === 'end') {
        yield this.#end(before, branch.link);
        continue;
      }
      const { document } = branch;
      const isDrawn = this.#drawn.has(document);
      const branches = isDrawn ? [] : this.#branchesOf(document, below, depth + 1);
      const isTooDeep = branches.length > 0 && depth >= this.#deepest;
      if (isTooDeep) this.#later.push(document);
      else this.#drawn.add(document);
      yield this.#line(before, document, markOf(isDrawn, isTooDeep));
      if (!isTooDeep) stack.push(...branches);
    }
  }

  /** The last first, as a stack wants them; links to one document are one branch. */
  #branchesOf(document: GraphDocument, indent: string, depth: number): Placed[] {
    const links = [...new Map(document.links.map((link) => [link.id, link])).values()];
    return links
      .map((link, index) => {
        const isLast = index === links.length - 1;
        return {
          branch: this.#branchOf(document, link),
          before: `${indent}${isLast ? '└── ' : '├── '}`,
          below: `${indent}${isLast ? '    ' : '│   '}`,
          depth,
        };
      })
      .toReversed();
  }

  #branchOf(from: GraphDocument, link: GraphLink): Branch {
    const key = graphKey({ namespace: from.namespace, id: link.id });
    const document = link.leadsTo.kind === 'here' ? this.#graph.documents.get(key) : undefined;
    return document ? { kind: 'document', document } : { kind: 'end', link };
  }

  #line(before: string, { id, title, type, error }: GraphDocument, mark: string): string {
    const name = escapeUnprintable(title ?? type ?? '–');
    return this.#paint([
      { text: before, tone: 'faint' },
      { text: id, tone: 'key' },
      { text: mark === '' ? '' : `  ${mark}`, tone: 'faint' },
      error === undefined ? { text: `  ${name}` } : { text: '  cannot be read', tone: 'problem' },
    ]);
  }

  #end(before: string, { id, leadsTo }: GraphLink): string {
    const isBroken = leadsTo.kind === 'nowhere' || leadsTo.kind === 'elsewhere';
    return this.#paint([
      { text: before, tone: 'faint' },
      { text: id },
      { text: `  ${whereTo(leadsTo)}`, tone: isBroken ? 'problem' : 'faint' },
    ]);
  }

  #paint(pieces: readonly Piece[]): string {
    return paintLine(pieces, this.#page.width, this.#page.paint);
  }
}

function markOf(isDrawn: boolean, isTooDeep: boolean): string {
  if (isDrawn) return '↑ seen above';
  return isTooDeep ? '↓ goes on below' : '';
}

function whereTo(leadsTo: LeadsTo): string {
  switch (leadsTo.kind) {
    case 'here':
    case 'outside':
      return 'is there, and not asked for';
    case 'elsewhere':
      return `✗ in another namespace: ${leadsTo.namespaces.join(', ')}`;
    case 'nowhere':
      return '✗ no such document';
  }
}
