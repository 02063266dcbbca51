import { formatEnvEntry, type EnvEntry } from '../../platform/env-file.ts';

export interface EnvText {
  readonly text: string;
  /** The lines of it that are ours. */
  readonly own: readonly string[];
  /** Names whose lines were ours and stayed as they were. */
  readonly kept: readonly string[];
  /** Names that had another value before. */
  readonly changed: readonly string[];
  /** Names of lines that are not ours. */
  readonly foreign: readonly string[];
}

/** The env file with `values` in it: lines of ours are changed where they stand, all others stay as they are. */
export function mergeEnvText(
  entries: readonly EnvEntry[],
  values: Readonly<Record<string, string>>,
): EnvText {
  const kept: string[] = [];
  const changed: string[] = [];
  const foreign: string[] = [];
  const own: string[] = [];
  const lines = entries.map((entry) => {
    if (entry.kind !== 'value') return entry.text;
    const value = values[entry.name];
    if (value === undefined) foreign.push(entry.name);
    else if (value === entry.value) kept.push(entry.name);
    else changed.push(entry.name);
    if (value === undefined) return entry.text;
    const line = value === entry.value ? entry.text : formatEnvEntry(entry.name, value);
    own.push(line);
    return line;
  });
  const present = new Set([...kept, ...changed]);
  for (const [name, value] of Object.entries(values)) {
    if (present.has(name)) continue;
    lines.push(formatEnvEntry(name, value));
    own.push(formatEnvEntry(name, value));
  }
  return { text: `${lines.join('\n')}\n`, own, kept, changed, foreign };
}
