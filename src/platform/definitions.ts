/** A term, and what is said of it. */
export type Definition = readonly [term: string, text: string];

export interface DefinitionOptions {
  /** Columns of the whole. */
  readonly width: number;
  /** Columns of the terms, where several lists shall stand in line; else those of the longest. */
  readonly termWidth?: number;
  paint?(term: string): string;
}

const margin = '  ';
const gap = 2;
/** Beside terms that leave less than this, the texts stand below them. */
const leastText = 24;

/** Terms in a column with their texts beside them, or below where the terminal is narrow. */
export function formatDefinitions(rows: readonly Definition[], options: DefinitionOptions): string {
  const { width, paint = (term: string) => term } = options;
  const termWidth = options.termWidth ?? widestTerm(rows);
  const column = margin.length + termWidth + gap;
  const isBelow = width - column < leastText;
  const indent = isBelow ? margin.length * 3 : column;
  const lines = rows.flatMap(([term, text]) => {
    const [first = '', ...more] = wrapText(text, width - indent);
    const rest = more.map((line) => ' '.repeat(indent) + line);
    if (text === '') return [`${margin}${paint(term)}`];
    if (isBelow) return [`${margin}${paint(term)}`, ' '.repeat(indent) + first, ...rest];
    const filling = ' '.repeat(Math.max(gap, column - margin.length - Bun.stringWidth(term)));
    return [`${margin}${paint(term)}${filling}${first}`, ...rest];
  });
  return lines.join('\n');
}

export function widestTerm(rows: readonly Definition[]): number {
  return Math.max(0, ...rows.map(([term]) => Bun.stringWidth(term)));
}

/** `text` in lines of at most `width` columns, broken at spaces; a longer word keeps its line to itself. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || Bun.stringWidth(joined) > width) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}
