/** One entry of an env file: what it says and the text it stood in, so that it can be kept as it was. */
export type EnvEntry =
  | { readonly kind: 'value'; readonly name: string; readonly value: string; readonly text: string }
  /** A comment or an empty line. */
  | { readonly kind: 'aside'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly line: number; readonly text: string };

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=[ \t]*/;
const quotedEnd = /^[ \t]*(?:#.*)?$/;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The entries of an env file in their order: `NAME=value`, `export`, comments, single quotes (taken as they
 * are), double quotes (with `\n`, `\"`, `\\`), values over several lines, CRLF, a byte order mark.
 * Nothing is expanded: a `$` is a `$`.
 */
export function parseEnvFile(text: string): readonly EnvEntry[] {
  const lines = text.replace(/^\u{FEFF}/u, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const entries: EnvEntry[] = [];
  for (let index = 0; index < lines.length;) {
    const { entry, lineCount } = readEntry(lines, index);
    entries.push(entry);
    index += lineCount;
  }
  return entries;
}

/** The values by name; as in a shell, a later entry wins. */
export function envValues(entries: readonly EnvEntry[]): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const entry of entries) if (entry.kind === 'value') values[entry.name] = entry.value;
  return values;
}

/** The line that each value begins at, the first being 1. */
export function envLines(entries: readonly EnvEntry[]): Readonly<Record<string, number>> {
  const lines: Record<string, number> = Object.create(null) as Record<string, number>;
  let line = 1;
  for (const entry of entries) {
    if (entry.kind === 'value') lines[entry.name] = line;
    line += entry.text.split('\n').length;
  }
  return lines;
}

/** `NAME=value`, quoted where it must be so that `parseEnvFile` gives the same value back. */
export function formatEnvEntry(name: string, value: string): string {
  if (/^[\w.:/@%+,=~[\]-]*$/.test(value)) return `${name}=${value}`;
  if (!/['\r\n]/.test(value)) return `${name}='${value}'`;
  const escaped = value.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${name}="${escaped}"`;
}

function readEntry(
  lines: readonly string[],
  index: number,
): { readonly entry: EnvEntry; readonly lineCount: number } {
  const line = lines[index] ?? '';
  if (/^\s*(?:#.*)?$/.test(line)) return { entry: { kind: 'aside', text: line }, lineCount: 1 };
  const start = assignment.exec(line);
  const name = start?.[1];
  if (!start || name === undefined) {
    return { entry: { kind: 'unreadable', line: index + 1, text: line }, lineCount: 1 };
  }
  const rest = line.slice(start[0].length);
  const quote = rest.charAt(0);
  if (quote !== '"' && quote !== "'") {
    const value = rest.replace(/(?:^|[ \t]+)#.*$/, '').trimEnd();
    return { entry: { kind: 'value', name, value, text: line }, lineCount: 1 };
  }
  for (let lineCount = 1; index + lineCount <= lines.length; lineCount++) {
    const text = lines.slice(index, index + lineCount).join('\n');
    const value = readQuoted(text.slice(start[0].length), quote);
    if (value !== undefined) return { entry: { kind: 'value', name, value, text }, lineCount };
  }
  return { entry: { kind: 'unreadable', line: index + 1, text: line }, lineCount: 1 };
}

/** What stands between the quotes, or undefined where they do not close or something follows them. */
function readQuoted(text: string, quote: string): string | undefined {
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return quotedEnd.test(text.slice(at + 1)) ? value : undefined;
    if (character === '\\' && quote === '"') {
      at++;
      const escaped = text.charAt(at);
      value += escapes[escaped] ?? (/["\\$`]/.test(escaped) ? escaped : `\\${escaped}`);
    } else {
      value += character;
    }
  }
  return undefined;
}
