import type { Hit } from './search.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Code units in a grapheme, more or less; where they are more, there is less context. */
const perGrapheme = 8;
const gaps = /\s+/gu;

/** The text that was found with what stands around it, on one line. */
export interface Snippet {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** With at most `context` graphemes on either side. */
export function snippetOf({ text, at, length }: Hit, context: number): Snippet {
  const end = at + length;
  const reach = context * perGrapheme;
  const before = split(text.slice(Math.max(0, at - reach), at));
  const after = split(text.slice(end, end + reach));
  const isCutBefore = before.length > context || at > reach;
  const isCutAfter = after.length > context || text.length > end + reach;
  const shownBefore = context === 0 ? [] : before.slice(-context);
  return {
    before: `${isCutBefore ? '…' : ''}${onOneLine(shownBefore.join(''))}`,
    match: onOneLine(text.slice(at, end)),
    after: `${onOneLine(after.slice(0, context).join(''))}${isCutAfter ? '…' : ''}`,
  };
}

function split(text: string): readonly string[] {
  return [...graphemes.segment(text)].map(({ segment }) => segment);
}

function onOneLine(text: string): string {
  return text.replaceAll(gaps, ' ');
}
