import type { Json } from './json.ts';

/** Where a title lies in most documents, the surest first; what comes late is a text of which the beginning will do. */
const names = [
  'title',
  'name',
  'displayName',
  'subject',
  'headline',
  'heading',
  'label',
  'caption',
  'handle',
  'username',
  'summary',
  'description',
  'text',
  'body',
  'content',
  'message',
  'note',
  'markdown',
] as const;
/** What some apps put around their fields. */
const wrappers = ['metadata', 'meta', 'info', 'properties', 'profile', 'document', 'doc', 'record'] as const;
/** Where a piece of rich text keeps its text: blocks of editors, deltas, facets, localised strings. */
const inside = [
  'text',
  'value',
  'insert',
  'plaintext',
  'children',
  'content',
  'spans',
  'blocks',
  'ops',
] as const;

const mostGraphemes = 80;
/** More than 80 graphemes of most scripts; what one is made of has no limit. */
const mostCodeUnits = 1_000;
const mostPieces = 100;
const deepest = 8;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const lineEnds = /[\n\r\v\f\u0085\u2028\u2029]/u;
/** What joins emoji and letters is kept. */
const unseen = /[[\p{Cf}\p{Co}\p{Cs}]--[\u200c\u200d]]/gv;
const gaps = /[\p{Cc}\s]+/gu;
const joinersOnly = /^[\u200c\u200d]*$/u;

/** What a person might call a document with this content: one line of at most 80 graphemes; undefined where nothing says. */
export function guessTitle(content: Json): string | undefined {
  return titleIn(content) ?? firstOf(wrappers, (name) => titleIn(memberOf(content, name)));
}

function titleIn(value: Json | undefined): string | undefined {
  return firstOf(names, (name) => firstLine(memberOf(value, name), new Work()));
}

/** Bounds what is looked at: a document may be large and say nothing. */
class Work {
  #pieces = 0;

  isOver(depth: number): boolean {
    this.#pieces += 1;
    return this.#pieces > mostPieces || depth > deepest;
  }
}

/** The first line with something on it, of a string or of the pieces of rich text. */
function firstLine(value: Json | undefined, work: Work): string | undefined {
  let line = '';
  for (const piece of piecesOf(value, work, 0)) {
    const [first = '', ...others] = piece.split(lineEnds);
    line += first;
    const title = others.length > 0 || line.length >= mostCodeUnits ? asTitle(line) : undefined;
    if (title !== undefined) return title;
    if (others.length === 0) continue;
    const later = others
      .slice(0, -1)
      .map(asTitle)
      .find((one) => one !== undefined);
    if (later !== undefined) return later;
    line = others.at(-1) ?? '';
  }
  return asTitle(line);
}

/** Texts in their order; blocks are lines of their own. */
function* piecesOf(value: Json | undefined, work: Work, depth: number): Generator<string> {
  if (value === undefined || value === null || work.isOver(depth)) return;
  if (typeof value === 'string') {
    yield value.slice(0, mostCodeUnits);
    return;
  }
  if (isList(value)) {
    for (const item of value.slice(0, mostPieces)) yield* piecesOf(item, work, depth + 1);
    return;
  }
  if (typeof value !== 'object') return;
  const within = inside.map((name) => memberOf(value, name)).find((member) => member !== undefined);
  yield* piecesOf(within, work, depth + 1);
  if (isList(within ?? null)) yield '\n';
}

function asTitle(line: string): string | undefined {
  const plain = line.replaceAll(unseen, '').replaceAll(gaps, ' ').trim();
  // A heading or an item of Markdown.
  const text = plain.replace(/^(?:#{1,6}|[-*>]) /u, '');
  if (joinersOnly.test(text) || text.startsWith('automerge:')) return undefined;
  return cut(text);
}

function cut(text: string): string {
  const shown: string[] = [];
  for (const { segment } of graphemes.segment(text.slice(0, mostCodeUnits))) {
    shown.push(segment);
    if (shown.length > mostGraphemes)
      return `${shown
        .slice(0, mostGraphemes - 1)
        .join('')
        .trimEnd()}…`;
  }
  return shown.join('');
}

function firstOf<Name>(all: readonly Name[], find: (name: Name) => string | undefined): string | undefined {
  for (const name of all) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (value === null || typeof value !== 'object' || isList(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
