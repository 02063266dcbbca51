import { formatEnvEntry, type EnvEntry } from '../../platform/env-file.ts';

export interface EnvText {
  readonly text: string;
  /** The lines of it that are ours. */
  readonly own: readonly string[];
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
 * others stay as they are.
 */
export function mergeEnvText(
  entries: readonly EnvEntry[],
  values: Readonly<Record<string, string | undefined>>,
  { byteOrderMark, lineEnd }: EnvForm = readForm(''),
): EnvText {
  const names = { kept: new Set<string>(), changed: new Set<string>(), removed: new Set<string>() };
  const foreign = new Set<string>();
  const own: string[] = [];
  const lines: string[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'value' || !(entry.name in values)) {
      if (entry.kind === 'value') foreign.add(entry.name);
      lines.push(entry.text);
      continue;
    }
    const value = values[entry.name];
    const fate = value === undefined ? 'removed' : value === entry.value ? 'kept' : 'changed';
    names[fate].add(entry.name);
    if (value === undefined) continue;
    const line = fate === 'kept' ? entry.text : formatEnvEntry(entry.name, value);
    own.push(line);
    lines.push(line);
  }
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || names.kept.has(name) || names.changed.has(name)) continue;
    lines.push(formatEnvEntry(name, value));
    own.push(formatEnvEntry(name, value));
  }
  const { kept, changed, removed } = names;
  return {
    text: byteOrderMark + lines.map((line) => line.replaceAll('\n', lineEnd) + lineEnd).join(''),
    own,
    kept: [...kept].filter((name) => !changed.has(name)),
    changed: [...changed],
    removed: [...removed],
    foreign: [...foreign],
  };
}
