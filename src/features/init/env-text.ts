import { formatEnvEntry, type EnvEntry } from '../../platform/env-file.ts';

export interface EnvText {
  readonly text: string;
  /** What the lines of it that are ours say, without the comments behind them. */
  readonly own: readonly string[];
  readonly otherLineCount: number;
  /** Names whose lines were ours and stayed as they were. */
  readonly kept: readonly string[];
  /** Names that had another value before. */
  readonly changed: readonly string[];
  /** Names that were there and are no more. */
  readonly removed: readonly string[];
  /** Names of lines that are not ours. */
  readonly foreign: readonly string[];
}

/** How the lines of a file are written down, whatever they say. */
export interface EnvForm {
  readonly byteOrderMark: string;
  readonly lineEnd: string;
}

/** A file with both kinds of line ends gets the one of its first line. */
export function readForm(text: string): EnvForm {
  return {
    byteOrderMark: text.startsWith('\u{FEFF}') ? '\u{FEFF}' : '',
    lineEnd: /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n',
  };
}

/**
 * The env file with `values` in it, undefined where a name is to go: lines of ours are changed where they stand, all
 * others stay as they are. Of two lines with one name the last counts, as for those who read the file.
 */
export function mergeEnvText(
  entries: readonly EnvEntry[],
  values: Readonly<Record<string, string | undefined>>,
  { byteOrderMark, lineEnd }: EnvForm = readForm(''),
): EnvText {
  const names = { kept: new Set<string>(), changed: new Set<string>(), removed: new Set<string>() };
  const own: string[] = [];
  const lines: string[] = [];
  const others = entries.filter((entry) => !isCounted(entry, entries, values));
  for (const entry of entries) {
    if (entry.kind !== 'value' || others.includes(entry)) {
      lines.push(entry.text);
      continue;
    }
    const value = values[entry.name];
    const fate = value === undefined ? 'removed' : value === entry.value ? 'kept' : 'changed';
    names[fate].add(entry.name);
    if (value === undefined) continue;
    own.push(formatEnvEntry(entry.name, value));
    lines.push(fate === 'kept' ? entry.text : formatEnvEntry(entry.name, value));
  }
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || names.kept.has(name) || names.changed.has(name)) continue;
    lines.push(formatEnvEntry(name, value));
    own.push(formatEnvEntry(name, value));
  }
  return {
    text: byteOrderMark + lines.map((line) => line.replaceAll('\n', lineEnd) + lineEnd).join(''),
    own,
    otherLineCount: others.flatMap(({ text }) => text.split('\n')).length,
    kept: [...names.kept],
    changed: [...names.changed],
    removed: [...names.removed],
    foreign: namesOf(others).filter((name) => !(name in values)),
  };
}

/** Whether an entry is ours to change: the last one of its name, or any where the name is to go. */
function isCounted(
  entry: EnvEntry,
  entries: readonly EnvEntry[],
  values: Readonly<Record<string, string | undefined>>,
): boolean {
  if (entry.kind !== 'value' || !(entry.name in values)) return false;
  const last = entries.findLast((other) => other.kind === 'value' && other.name === entry.name);
  return values[entry.name] === undefined || last === entry;
}

function namesOf(entries: readonly EnvEntry[]): readonly string[] {
  return [...new Set(entries.flatMap((entry) => (entry.kind === 'value' ? [entry.name] : [])))];
}
