import { ourNameOf } from './groups.ts';
import {
  flagText,
  usageOf,
  type DescribedArgument,
  type DescribedCommand,
  type DescribedFlag,
} from './description.ts';
import { Failure } from '../core/failure.ts';
import { findNearest } from '../platform/nearest.ts';

// What was typed and is not understood: each sentence says what it is, and what to type instead.

/** Where more commands have a flag, naming them helps nobody. */
const mostOwners = 2;

export function unknownCommand(path: readonly string[], commands: readonly DescribedCommand[]): Failure {
  const meant = meantCommand(path, commands);
  return wrong(`Unknown command '${path.join(' ')}'. ${meant}`);
}

/** What could have stood where a flag was typed. */
export interface ExpectedFlags {
  readonly flags: readonly DescribedFlag[];
  readonly commands: readonly DescribedCommand[];
  /** The command whose flags these are; undefined before there is one. */
  readonly described: DescribedCommand | undefined;
}

export function unknownFlag(typed: string, { flags, commands, described }: ExpectedFlags): Failure {
  if (/^-v$/i.test(typed)) return wrong(`Unknown flag '${typed}'. Did you mean --verbose, or --version?`);
  const owners = commands.filter(
    ({ command, flags: theirs }) => command.hidden !== true && theirs.some(({ name }) => name === typed),
  );
  if (owners.length > 0 && described === undefined) {
    return wrong(`${typed} stands before the command. The flags of a command follow its name.`);
  }
  const where = described === undefined ? '' : ` of \`groundmist ${described.name}\``;
  const names = flags.map(({ name }) => name);
  return wrong(
    `Unknown flag '${typed}'${where}.${ownersHint(owners) ?? nearestHint(typed, names)}`,
    described,
  );
}

function ownersHint(owners: readonly DescribedCommand[]): string | undefined {
  if (owners.length === 0 || owners.length > mostOwners) return undefined;
  return ` It is one of ${owners.map(({ name }) => `\`groundmist ${name}\``).join(' and ')}.`;
}

function nearestHint(typed: string, names: readonly string[]): string {
  const short = /^-([a-z])$/i.exec(typed)?.[1]?.toLowerCase();
  const nearest = findNearest(short === undefined ? typed : `--${short}`, names);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}

export function missingArgument(argument: DescribedArgument, described: DescribedCommand): Failure {
  const choices = argument.choices === undefined ? '' : ` It is ${listed(argument.choices)}.`;
  return wrong(
    `\`groundmist ${described.name}\` needs <${argument.name}>: ${argument.summary}.${choices}`,
    described,
  );
}

export function tooManyArguments(extra: string, described: DescribedCommand): Failure {
  const { arguments: takes, name } = described;
  const what =
    takes.length === 0 ? 'no arguments' : takes.length === 1 ? 'one argument' : `${takes.length} arguments`;
  const quoted = takes.length === 0 ? '' : ' A value with spaces goes in quotes.';
  return wrong(`\`groundmist ${name}\` takes ${what}; '${extra}' is one too many.${quoted}`, described);
}

export function missingValue(flag: DescribedFlag): Failure {
  return wrong(`${flag.name} needs a value: ${flagText(flag)}, ${flag.summary}.`);
}

export function flagAsValue(flag: DescribedFlag, value: string): Failure {
  return wrong(
    `${flag.name} needs a value, and ${value} is a flag. Write ${flag.name}=${value} where it is the value.`,
  );
}

/** The value is not repeated: of `--passphrase=…` it is a secret. */
export function needlessValue(flag: DescribedFlag): Failure {
  return wrong(`${flag.name} takes no value. Write ${flag.name} alone.`);
}

export function repeatedFlag(flag: DescribedFlag, before: string, now: string): Failure {
  return wrong(`${flag.name} is there twice, with '${before}' and with '${now}'. Leave one of them out.`);
}

/** Refuses a value that is none of the few that there are. */
export function checkChoice(name: string, value: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(value)) return;
  throw wrong(`${name} is ${listed(choices)}, not '${value}'.${nearestHint(value, choices)}`);
}

function meantCommand(path: readonly string[], commands: readonly DescribedCommand[]): string {
  const shown = commands.filter(({ command }) => command.hidden !== true);
  const names = shown.map(({ name }) => name);
  const wanted = path.join(' ');
  const ours = ourNameOf(wanted, names) ?? (path.length === 1 ? endingIn(wanted, names) : undefined);
  if (ours !== undefined) {
    const summary = shown.find(({ name }) => name === ours)?.summary ?? '';
    return `Here it is \`groundmist ${ours}\`: ${summary}.`;
  }
  const nearest = nearestCommand(path, shown);
  if (nearest !== undefined) return `Did you mean \`groundmist ${nearest}\`?`;
  return `\`groundmist ${['help', ...path.slice(0, -1)].join(' ')}\` shows those there are.`;
}

/** The one that is spelled nearly so: beside it, or in a group that was left out (`aprove`) or tied to it (`app-approve`). */
function nearestCommand(path: readonly string[], shown: readonly DescribedCommand[]): string | undefined {
  const [group, typed] = [path.slice(0, -1), path.at(-1) ?? ''];
  const siblings = [...new Set(shown.filter(isBelow(group)).map((one) => one.path[group.length] ?? ''))];
  if (group.length > 0) {
    const nearest = findNearest(typed, siblings);
    return nearest && [...group, nearest].join(' ');
  }
  const names = shown.map(({ name }) => name);
  const untied = typed
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, ' ')
    .trim();
  if (names.includes(untied)) return untied;
  const endings = names.map(lastWord).filter((word) => !siblings.includes(word) && endingIn(word, names));
  const first = [...siblings, 'help'];
  // A beginning counts where no other word beside it begins so, whatever the groups have.
  const nearest = findNearest(typed, [...first, ...endings]) ?? findNearest(typed, first);
  return nearest !== undefined && endings.includes(nearest) ? endingIn(nearest, names) : nearest;
}

/** `app approve` for `approve`, where only one group has a command of that name. */
function endingIn(word: string, names: readonly string[]): string | undefined {
  const ending = names.filter((name) => name.endsWith(` ${word}`));
  return ending.length === 1 ? ending[0] : undefined;
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf(' ') + 1);
}

function isBelow(group: readonly string[]): (described: DescribedCommand) => boolean {
  return ({ path }) => path.length > group.length && group.every((word, index) => path[index] === word);
}

function listed(choices: readonly string[]): string {
  const [last, ...before] = choices.toReversed();
  return before.length === 0 ? (last ?? '') : `${before.toReversed().join(', ')} or ${last}`;
}

function wrong(sentence: string, described?: DescribedCommand): Failure {
  const usage = described === undefined ? [] : [`Usage: ${usageOf(described)}`];
  return new Failure('Usage', [sentence, ...usage].join('\n'));
}
