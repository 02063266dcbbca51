import type { Paint, Tone } from './colour.ts';
import { cutToWidth } from './columns.ts';

/** A piece of a line, without control characters. */
export interface Piece {
  readonly text: string;
  /** As it is where there is none. */
  readonly tone?: Tone | undefined;
}

/** The pieces one after the other, cut to the width of a terminal: colours take no room there. */
export function paintLine(pieces: readonly Piece[], width: number, paint: Paint): string {
  let left = cutToWidth(pieces.map(({ text }) => text).join(''), width);
  return pieces
    .map(({ text, tone }) => {
      const shown = left.slice(0, text.length);
      left = left.slice(text.length);
      return tone === undefined || shown === '' ? shown : paint(tone, shown);
    })
    .join('');
}
