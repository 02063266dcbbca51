import { Failure } from '../../../core/failure.ts';
import { guessTitle } from '../../../core/content/title.ts';
import type { Target } from '../../../core/store/target.ts';
import { cutToWidth } from '../../../platform/columns.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { count } from '../../../platform/format.ts';
import { documentsUnder, type InspectedDocument } from '../documents.ts';
import { lineWidth, type Inspection } from '../inspection.ts';
import { Search, type Hit } from './search.ts';
import { pathText, snippetOf } from './snippet.ts';

const mostShown = 5;
const contextGraphemes = 40;
const indent = '  ';

export interface Finding {
  readonly target: Target;
  readonly text: string;
  readonly form: 'lines' | 'json';
}

/** The documents under the target that hold the text, each as it is found; `NotFound` where none does. */
export async function showFound(inspection: Inspection, { target, text, form }: Finding): Promise<void> {
  const { terminal } = inspection;
  const search = new Search(text);
  const found = { documents: 0, hits: 0 };
  let namespace: string | undefined;
  for await (const document of documentsUnder(inspection, target)) {
    if (document.reading.kind === 'damaged') continue;
    const hits = search.find(document.reading.content.content);
    if (hits.length === 0) continue;
    found.documents += 1;
    found.hits += hits.length;
    if (form === 'json') {
      await terminal.result(printableJson(foundJson(document, hits)));
      continue;
    }
    const heading = document.namespace === namespace ? [] : [document.namespace, ''];
    namespace = document.namespace;
    await terminal.result([...heading, ...describe(document, hits, lineWidth(terminal)), ''].join('\n'));
  }
  // Damage comes first: the text may be where nobody could read.
  inspection.damage.throwIfAny();
  if (found.documents === 0) throw new Failure('NotFound', `No document here holds "${shown(search.text)}".`);
  if (form === 'lines') {
    await terminal.result(`${count(found.hits, 'hit')} in ${count(found.documents, 'document')}`);
  }
}

function describe(
  { facts, reading }: InspectedDocument,
  hits: readonly Hit[],
  width: number,
): readonly string[] {
  const title = reading.kind === 'content' ? guessTitle(reading.content.content) : undefined;
  const more = hits.length - mostShown;
  return [
    cutToWidth(`${facts.id}${title === undefined ? '' : `${indent}${escapeUnprintable(title)}`}`, width),
    ...hits.slice(0, mostShown).map((hit) => cutToWidth(describeHit(hit, width), width)),
    ...(more > 0 ? [`${indent}and ${count(more, 'more hit')}`] : []),
  ];
}

/** The path in a third of the line at most; the text with as much around it as there is room. */
function describeHit(hit: Hit, width: number): string {
  const path = cutToWidth(escapeUnprintable(pathText(hit.path)), Math.max(8, Math.floor(width / 3)));
  const head = `${indent}${path}${hit.in === 'key' ? ' (key)' : ''}${indent}`;
  const room = width - Bun.stringWidth(head) - Math.min(hit.length, width);
  const context = Math.max(0, Math.floor(room / 2) - 1);
  const narrow = snippetOf(hit, context);
  // Wide characters take the room of two, and must not push out what was found.
  const isWide = Bun.stringWidth(narrow.before) > context + 1;
  const { before, match, after } = isWide ? snippetOf(hit, Math.floor(context / 2)) : narrow;
  return head + escapeUnprintable(before + match + after);
}

function foundJson({ namespace, facts, url, reading }: InspectedDocument, hits: readonly Hit[]): object {
  const content = reading.kind === 'content' ? reading.content : undefined;
  return {
    namespace,
    id: facts.id,
    url,
    type: content?.type ?? null,
    title: (content && guessTitle(content.content)) ?? null,
    hits: hits.map((hit) => {
      const { before, match, after } = snippetOf(hit, contextGraphemes);
      return { path: hit.path, in: hit.in, matches: hit.matches, snippet: before + match + after };
    }),
  };
}

function shown(text: string): string {
  return escapeUnprintable(text.slice(0, 100));
}
