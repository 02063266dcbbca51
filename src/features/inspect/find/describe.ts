import { pathText } from '../../../core/content/path.ts';
import { guessTitle } from '../../../core/content/title.ts';
import { cutToWidth } from '../../../platform/columns.ts';
import { escapeUnprintable } from '../../../platform/escape.ts';
import { count } from '../../../platform/format.ts';
import { paintLine, type Piece } from '../../../platform/painted-line.ts';
import type { InspectedDocument } from '../documents.ts';
import type { Page } from '../inspection.ts';
import type { Hit } from './search.ts';
import { snippetOf, type Snippet } from './snippet.ts';

const mostShown = 5;
const indent = '  ';
const narrowestPath = 8;

/** A document that holds the text, with the first of its hits, a line each. */
export function describeFound(
  { facts, reading }: InspectedDocument,
  hits: readonly Hit[],
  { width, paint }: Page,
): readonly string[] {
  const title = reading.kind === 'content' ? guessTitle(reading.content.content) : undefined;
  const more = hits.length - mostShown;
  const heading: readonly Piece[] = [
    { text: facts.id, tone: 'key' },
    { text: title === undefined ? '' : `${indent}${escapeUnprintable(title)}` },
  ];
  return [
    paintLine(heading, width, paint),
    ...hits.slice(0, mostShown).map((hit) => paintLine(piecesOf(hit, width), width, paint)),
    ...(more > 0 ? [paint('faint', `${indent}and ${count(more, 'more hit')}`)] : []),
  ];
}

/** The path in a third of the line at most; the text with as much around it as there is room. */
function piecesOf(hit: Hit, width: number): readonly Piece[] {
  const widest = Math.max(narrowestPath, Math.floor(width / 3));
  const path = cutToWidth(escapeUnprintable(pathText(hit.path)), widest);
  const head = `${indent}${path}${hit.in === 'key' ? ' (key)' : ''}${indent}`;
  const { before, match, after } = fitSnippet(hit, width - Bun.stringWidth(head));
  return [
    { text: head, tone: 'faint' },
    { text: escapeUnprintable(before) },
    { text: escapeUnprintable(match), tone: 'changed' },
    { text: escapeUnprintable(after) },
  ];
}

function fitSnippet(hit: Hit, width: number): Snippet {
  const context = Math.max(0, Math.floor((width - Math.min(hit.length, width)) / 2) - 1);
  const snippet = snippetOf(hit, context);
  // Wide characters take the room of two, and must not push out what was found.
  return Bun.stringWidth(snippet.before) > context + 1 ? snippetOf(hit, Math.floor(context / 2)) : snippet;
}
