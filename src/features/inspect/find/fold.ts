const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007f]*$/;
/** In Turkish an i with a dot is a letter of its own, of which other languages write the dot twice. */
const dottedI = /i\u0307/g;

/** `text` without the differences a reader passes over: case, how letters are composed, ligatures and width. */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  // ẞ has ß as its small letter, and only that has SS as its capitals.
  const cased = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase();
  return cased.normalize('NFKC').replaceAll(dottedI, 'i').replaceAll('ς', 'σ');
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What of `text` became `start` to `end` when it was folded, in whole graphemes. */
export function unfold(text: string, { start, end }: Span): Span {
  if (ascii.test(text)) return { start, end };
  let [from, to]: [number | undefined, number] = [undefined, text.length];
  for (const piece of foldedPieces(text, start)) {
    if (piece.foldedEnd > start) from ??= piece.start;
    if (piece.foldedEnd < end) continue;
    to = piece.end;
    break;
  }
  return { start: from ?? text.length, end: to };
}

interface Piece extends Span {
  /** Where it ends in the folded text. */
  readonly foldedEnd: number;
}

/** Whole lines up to the one with `from` in it, for they are quick to fold; from there on graphemes. */
function* foldedPieces(text: string, from: number): Generator<Piece> {
  let [start, foldedEnd] = [0, 0];
  for (const line of text.split(/(?<=\n)/)) {
    const folded = fold(line).length;
    if (foldedEnd + folded <= from) {
      start += line.length;
      foldedEnd += folded;
      continue;
    }
    for (const { segment } of graphemes.segment(line)) {
      foldedEnd += fold(segment).length;
      const end = start + segment.length;
      yield { start, end, foldedEnd };
      start = end;
    }
  }
}
