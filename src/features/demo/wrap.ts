/** `text` in lines of at most `width` columns, broken between words; a word that is longer stands alone and is not broken. */
export function wrap(text: string, width: number): readonly string[] {
  return wrapWords(text.split(' '), width);
}

function wrapWords(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && Bun.stringWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** The words of a command, quoted already, as a shell takes them over several lines: never broken within a word. */
export function wrapCommand(words: readonly string[], width: number): readonly string[] {
  const end = ' \\';
  const lines = wrapWords(words, width - end.length);
  return lines.map((line, index) => {
    const indented = index === 0 ? line : `  ${line}`;
    return index === lines.length - 1 ? indented : indented + end;
  });
}
