import type { Command, Feature } from '../../feature.ts';

/** A flag as a shell completes it. */
export interface Flag {
  readonly name: string;
  readonly summary: string;
  readonly value: 'none' | 'file' | 'directory' | 'text';
}

/** What may follow after some words: `[]` is the start, `['app']` a group, `['app', 'approve']` a command. */
export interface Place {
  readonly path: readonly string[];
  readonly next: readonly { readonly word: string; readonly summary: string }[];
  readonly flags: readonly Flag[];
}

const everywhere: readonly Flag[] = [
  { name: '--env-file', summary: 'read the settings from this file', value: 'file' },
  { name: '--quiet', summary: 'print results and problems only', value: 'none' },
  { name: '--verbose', summary: 'print the causes of problems too', value: 'none' },
  { name: '--help', summary: 'print help', value: 'none' },
];

const shells = ['bash', 'zsh', 'fish'].map((word) => ({ word, summary: `the script of ${word}` }));

/** Every place on the command line where something can be completed, from the features' commands. */
export function describeWords(features: readonly Feature[]): readonly Place[] {
  const commands = features.flatMap((feature) => feature.commands ?? []).filter((command) => !command.hidden);
  const groups = new Set(commands.map((command) => command.name.split(' ').slice(0, -1).join(' ')));
  groups.add('');
  const summaries = new Map(features.map(({ name, summary }) => [name, summary]));
  return [
    ...[...groups].toSorted().map((group) => describeGroup(group, commands, summaries)),
    ...commands.map(describeCommand),
  ];
}

function describeGroup(
  group: string,
  commands: readonly Command[],
  summaries: ReadonlyMap<string, string | undefined>,
): Place {
  const path = group === '' ? [] : group.split(' ');
  const next = new Map<string, string>();
  for (const { name, summary } of commands) {
    const words = name.split(' ');
    const word = words[path.length];
    if (word === undefined || words.slice(0, path.length).join(' ') !== group) continue;
    const isLast = words.length === path.length + 1;
    if (!next.has(word)) next.set(word, isLast ? summary : (summaries.get(word) ?? `${word} …`));
  }
  const version: Flag = { name: '--version', summary: 'print the version', value: 'none' };
  return {
    path,
    next: [...next].map(([word, summary]) => ({ word, summary })),
    flags: path.length === 0 ? [...everywhere, version] : everywhere,
  };
}

function describeCommand(command: Command): Place {
  const own = (command.options ?? []).map(({ flags, summary }) => readFlag(flags, summary));
  const settings = Object.values(command.settings ?? {}).flatMap(({ flag, placeholder, summary }) =>
    flag === undefined ? [] : [readFlag(`${flag} <${placeholder}>`, summary)],
  );
  return {
    path: command.name.split(' '),
    next: command.arguments?.some((argument) => argument.name === 'shell') ? shells : [],
    flags: [...own, ...settings, ...everywhere],
  };
}

/** `--limit <number>` as a flag with a value; the value's name tells whether it is a file or a directory. */
function readFlag(flags: string, summary: string): Flag {
  const name = /--[a-z0-9-]+/.exec(flags)?.[0] ?? flags;
  const value = /[<[](\w+)[>\]]/.exec(flags)?.[1];
  if (value === undefined) return { name, summary, value: 'none' };
  return { name, summary, value: value === 'file' || value === 'directory' ? value : 'text' };
}
