import {
  flagsEverywhere,
  type DescribedCommand,
  type DescribedFlag,
} from '../../command-line/description.ts';

/** What the words before the one that is being typed say. Mistakes in them are passed over. */
export interface Line {
  readonly path: readonly string[];
  /** The command, once all its words are there. */
  readonly described: DescribedCommand | undefined;
  readonly isHelp: boolean;
  /** How many arguments are there already. */
  readonly arguments: number;
  /** The flags that are there, with their values. */
  readonly flags: ReadonlyMap<string, string | undefined>;
  /** The flag whose value comes next. */
  readonly awaiting: DescribedFlag | undefined;
  /** After `--` nothing is a flag. */
  readonly isEnded: boolean;
}

export function readLine(words: readonly string[], commands: readonly DescribedCommand[]): Line {
  const path: string[] = [];
  const flags = new Map<string, string | undefined>();
  let [described, awaiting]: [DescribedCommand | undefined, DescribedFlag | undefined] = [
    undefined,
    undefined,
  ];
  let [isHelp, isEnded, count] = [false, false, 0];
  for (const word of words) {
    if (awaiting !== undefined) {
      flags.set(awaiting.name, word);
      awaiting = undefined;
    } else if (word === '--' && !isEnded) {
      isEnded = true;
    } else if (word.startsWith('-') && !isEnded) {
      const { name, value, flag } = readFlag(word, described);
      flags.set(name, value);
      awaiting = value === undefined && flag?.placeholder !== undefined ? flag : undefined;
    } else if (described !== undefined) {
      count++;
    } else if (word === 'help' && !isHelp) {
      isHelp = true;
    } else {
      path.push(word);
      described = isHelp ? undefined : commands.find(({ name }) => name === path.join(' '));
    }
  }
  return { path, described, isHelp, arguments: count, flags, awaiting, isEnded };
}

function readFlag(
  word: string,
  described: DescribedCommand | undefined,
): { readonly name: string; readonly value: string | undefined; readonly flag: DescribedFlag | undefined } {
  const at = word.indexOf('=');
  const name = at === -1 ? word : word.slice(0, at);
  const flag = [...(described?.flags ?? []), ...flagsEverywhere].find((one) => one.name === name);
  return { name, value: at === -1 ? undefined : word.slice(at + 1), flag };
}
