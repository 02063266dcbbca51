import {
  flagsEverywhere,
  versionFlag,
  type DescribedCommand,
  type DescribedFlag,
} from '../../command-line/description.ts';
import type { Candidate, Offer } from '../../command-line/offer.ts';
import { readLine, type Line } from './line.ts';

/** What a shell may put in the place of the last word. */
export interface Offered {
  /** Words to choose from, each in full. */
  readonly words: readonly Candidate[];
  /** What has to be looked up; its words follow `prefix`. */
  readonly lookUp?: Exclude<Offer, undefined> | undefined;
  /** `--data-dir=`, where the value follows in the same word. */
  readonly prefix: string;
}

const nothing: Offered = { words: [], prefix: '' };

/** What may stand at the end of `words`, those after `groundmist`; the last one is being typed and may be empty. */
export function offerFor(words: readonly string[], commands: readonly DescribedCommand[]): Offered {
  const shown = commands.filter(({ command }) => command.hidden !== true);
  const current = words.at(-1) ?? '';
  const line = readLine(words.slice(0, -1), shown);
  if (line.awaiting !== undefined) return values(line.awaiting, '');
  if (!line.isEnded && current.startsWith('-')) {
    const [name, value] = current.split('=', 2);
    const flag = flagsOf(line).find((one) => one.name === name);
    if (value === undefined) return { words: flagWords(line), prefix: '' };
    return flag?.placeholder === undefined ? nothing : values(flag, `${name}=`);
  }
  if (line.described === undefined) return { words: nextWords(line, shown), prefix: '' };
  const argument = line.described.arguments[line.arguments];
  if (argument !== undefined) return values(argument, '');
  return line.isEnded ? nothing : { words: flagWords(line), prefix: '' };
}

function values(
  { choices, offer }: { readonly choices: readonly string[] | undefined; readonly offer: Offer | undefined },
  prefix: string,
): Offered {
  return { words: (choices ?? []).map((choice) => ({ word: prefix + choice })), lookUp: offer, prefix };
}

/** Those not given yet. */
function flagWords(line: Line): readonly Candidate[] {
  return flagsOf(line)
    .filter(({ name }) => !line.flags.has(name))
    .map(({ name, summary }) => ({ word: name, summary }));
}

function flagsOf({ described, path }: Line): readonly DescribedFlag[] {
  if (described !== undefined) return [...described.flags, ...flagsEverywhere];
  return path.length === 0 ? [...flagsEverywhere, versionFlag] : flagsEverywhere;
}

/** The commands, and the first words of some, that may follow. */
function nextWords({ path, isHelp }: Line, commands: readonly DescribedCommand[]): readonly Candidate[] {
  const next = new Map<string, string>();
  for (const { path: words, summary } of commands) {
    const word = words[path.length];
    if (word === undefined || !path.every((one, index) => words[index] === one)) continue;
    const isLast = words.length === path.length + 1;
    const before = next.get(word);
    next.set(
      word,
      isLast
        ? summary
        : before === undefined
          ? (words[path.length + 1] ?? '')
          : `${before}, ${words[path.length + 1]}`,
    );
  }
  if (path.length === 0 && !isHelp) next.set('help', 'print help for a command');
  return [...next].map(([word, summary]) => ({ word, summary }));
}
