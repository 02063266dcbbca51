import { wrapText } from '../../platform/definitions.ts';

/** Of the source, which people read in diffs. */
const lineWidth = 78;

/** The few requests of man(7) that the page is written with; mandoc and groff both read them. */

export function title(name: string, chapter: number, source: string): string {
  // Not hyphenated: names of settings are to be copied.
  return [`.TH ${[name, String(chapter), '', source].map(quote).join(' ')}`, '.nh', '.nr HY 0'].join('\n');
}

export function section(name: string, ...lines: readonly string[]): string {
  return [`.SH ${quote(name)}`, ...lines].join('\n');
}

export function subsection(name: string, ...lines: readonly string[]): string {
  return [`.SS ${quote(name)}`, ...lines].join('\n');
}

/** Paragraphs, each apart from the one before. The first after a heading needs no request. */
export function paragraphs(first: string, ...more: readonly string[]): string {
  return [prose(first), ...more.flatMap((text) => ['.PP', prose(text)])].join('\n');
}

/** A term in bold, and what is said of it, indented. */
export function entry(term: string, text: string): string {
  return ['.TP', `.B ${quote(term)}`, prose(text)].join('\n');
}

/** Lines to be typed, as they stand. */
export function literal(lines: readonly string[]): string {
  return ['.PP', '.EX', ...lines.map(line), '.EE'].join('\n');
}

function prose(text: string): string {
  return wrapText(text, lineWidth).map(line).join('\n');
}

/** Text as it stands: no escape, no request, and dashes that can be copied. */
function line(text: string): string {
  const escaped = escape(text);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function quote(text: string): string {
  return `"${escape(text).replaceAll('"', String.raw`\(dq`)}"`;
}

function escape(text: string): string {
  return (
    text
      .replaceAll('\\', String.raw`\e`)
      .replaceAll('-', String.raw`\-`)
      // Terminals of ASCII have no sign for it, and groff no other way to write it.
      .replaceAll('…', '...')
      .replaceAll('`', String.raw`\(ga`)
      .replaceAll(/[^\n -~]/gu, (character) => `\\[u${hex(character)}]`)
  );
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
