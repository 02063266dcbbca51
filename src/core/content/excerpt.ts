import { cutToWidth } from '../../platform/columns.ts';
import { isList, type Json } from './json.ts';
import { writtenText } from './written-value.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A value on one line of at most `width` columns; what is longer ends with a mark, however large it is. It is JSON but for what JSON cannot say. */
export function excerpt(value: Json, width: number): string {
  const pieces: string[] = [];
  let left = width + 1;
  for (const piece of piecesOf(value, width)) {
    pieces.push(piece);
    left -= piece.length;
    if (left < 0) break;
  }
  return cutToWidth(pieces.join(''), width);
}

/** `start` to `end` of a text, and up to `around` code units before and after it, cut between two graphemes. */
export function surroundings(
  text: string,
  start: number,
  end: number,
  around: number,
): { readonly before: string; readonly after: string } {
  const from = Math.max(0, start - around);
  const to = Math.min(text.length, end + around);
  const before = [...graphemes.segment(text.slice(from, start))].map(({ segment }) => segment);
  const after = [...graphemes.segment(text.slice(end, to))].map(({ segment }) => segment);
  // Where the text goes on, the outermost ones may be halves.
  if (from > 0) before[0] = '…';
  if (to < text.length) after[after.length - 1] = '…';
  return { before: before.join(''), after: after.join('') };
}

function* piecesOf(value: Json, width: number): Generator<string> {
  if (typeof value === 'string') {
    yield JSON.stringify(value.length > width * 2 ? value.slice(0, width * 2) : value);
  } else if (value === null || typeof value !== 'object') {
    yield String(value);
  } else if (isList(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ', ';
      yield* piecesOf(item, width);
    }
    yield ']';
  } else {
    const written = writtenText(value);
    if (written === undefined) yield* piecesOfMap(value, width);
    else yield written;
  }
}

function* piecesOfMap(map: { readonly [key: string]: Json }, width: number): Generator<string> {
  yield '{';
  let separator = '';
  for (const key in map) {
    const item = map[key];
    if (item === undefined) continue;
    yield `${separator}${JSON.stringify(key.slice(0, width * 2))}: `;
    yield* piecesOf(item, width);
    separator = ', ';
  }
  yield '}';
}
