const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const cutMark = '…';
/** Code units: the longest emoji have 15; what is longer is marks piled up on a letter. */
const longestGrapheme = 32;

/** `text` in at most `width` columns of a terminal, cut between two graphemes, with a mark where it was cut. */
export function cutToWidth(text: string, width: number): string {
  if (text.length <= width * longestGrapheme && Bun.stringWidth(text) <= width) return text;
  let shown = '';
  let left = width - Bun.stringWidth(cutMark);
  for (const { segment } of graphemes.segment(text.slice(0, Math.max(0, width) * longestGrapheme))) {
    left -= Bun.stringWidth(segment);
    if (left < 0) break;
    shown += segment;
  }
  return width > 0 ? shown.trimEnd() + cutMark : '';
}

/** `text` and as many spaces after it as fill `width` columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - Bun.stringWidth(text)));
}

/** The same with the spaces before it, for numbers. */
export function padBefore(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - Bun.stringWidth(text))) + text;
}

/** `text` in exactly `width` columns. */
export function fitToWidth(text: string, width: number): string {
  return padToWidth(cutToWidth(text, width), width);
}
