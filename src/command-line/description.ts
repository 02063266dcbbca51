import type { Command, CommandArgument, Feature } from '../feature.ts';
import type { NamedOffer, Offer } from './offer.ts';
import type { Setting } from '../platform/config.ts';

/** A flag as parser, help, completion and manual see it. */
export interface DescribedFlag {
  /** `--dry-run`. */
  readonly name: string;
  /** Its name among the options of a command: `dryRun`; `pager` for `--no-pager`. */
  readonly key: string;
  /** What stands for its value; undefined where it takes none. */
  readonly placeholder: string | undefined;
  readonly summary: string;
  readonly choices: readonly string[] | undefined;
  readonly offer: Offer | undefined;
  /** The setting that it sets for one run. */
  readonly setting: Setting | undefined;
}

export interface DescribedArgument {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  readonly choices: readonly string[] | undefined;
  readonly offer: Offer | undefined;
}

/** One command with everything that may follow its name. */
export interface DescribedCommand {
  readonly name: string;
  readonly path: readonly string[];
  readonly summary: string;
  readonly arguments: readonly DescribedArgument[];
  /** Its own, then those of its settings; not those that every command has. */
  readonly flags: readonly DescribedFlag[];
  /** Those it reads that have no flag. */
  readonly settings: readonly Setting[];
  readonly examples: NonNullable<Command['examples']>;
  readonly command: Command;
}

/** What every command takes. */
export const flagsEverywhere: readonly DescribedFlag[] = [
  describeFlag({ flags: '--env-file <file>', summary: 'read the settings from this file' }),
  describeFlag({ flags: '--quiet', summary: 'print results and problems only' }),
  describeFlag({ flags: '--verbose', summary: 'print the causes of problems too' }),
  describeFlag({ flags: '--help', summary: 'print help; -h for short' }),
];
export const versionFlag = describeFlag({ flags: '--version', summary: 'print the version' });

/** All commands, hidden ones too, in the order of the features. */
export function describeCommands(features: readonly Feature[]): readonly DescribedCommand[] {
  return features.flatMap((feature) => (feature.commands ?? []).map(describeCommand));
}

/** Those that a person is shown. */
export function shownCommands(features: readonly Feature[]): readonly DescribedCommand[] {
  return describeCommands(features).filter(({ command }) => command.hidden !== true);
}

/** `groundmist app approve <id> [flags]`. */
export function usageOf({ name, arguments: takes }: DescribedCommand): string {
  const words = takes.map((argument) => (argument.required ? `<${argument.name}>` : `[${argument.name}]`));
  return ['groundmist', name, ...words, '[flags]'].join(' ');
}

/** `--limit <number>`. */
export function flagText({ name, placeholder }: DescribedFlag): string {
  return placeholder === undefined ? name : `${name} <${placeholder}>`;
}

function describeCommand(command: Command): DescribedCommand {
  const settings = Object.values(command.settings ?? {});
  return {
    name: command.name,
    path: command.name.split(' '),
    summary: command.summary,
    arguments: (command.arguments ?? []).map(describeArgument),
    flags: [...(command.options ?? []).map((option) => describeFlag(option)), ...settings.flatMap(flagOf)],
    settings: settings.filter(({ flag }) => flag === undefined),
    examples: command.examples ?? [],
    command,
  };
}

function describeArgument({ name, summary, required, choices, offer }: CommandArgument): DescribedArgument {
  return { name, summary, required: required === true, choices, offer: offer ?? namedOffer(name) };
}

function namedOffer(name: string | undefined): NamedOffer | undefined {
  return name === 'file' || name === 'directory' || name === 'namespace' ? name : undefined;
}

function flagOf(setting: Setting): readonly DescribedFlag[] {
  const { flag, placeholder, summary, choices } = setting;
  if (flag === undefined) return [];
  const option = { flags: `${flag} <${placeholder}>`, summary, ...(choices && { choices }) };
  return [describeFlag(option, setting)];
}

function describeFlag(option: NonNullable<Command['options']>[number], setting?: Setting): DescribedFlag {
  const name = /--[a-z0-9-]+/.exec(option.flags)?.[0] ?? option.flags;
  const placeholder = /<(.+)>/.exec(option.flags)?.[1];
  return {
    name,
    key: camelCase(name.replace(/^--(?:no-)?/, '')),
    placeholder,
    summary: option.summary,
    choices: option.choices,
    offer: option.offer ?? namedOffer(placeholder),
    setting,
  };
}

function camelCase(words: string): string {
  return words.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
