import { flagsEverywhere, versionFlag, type DescribedCommand, type DescribedFlag } from './description.ts';
import * as usage from './usage.ts';
import { hasFlag, isPositional, tokensOf, type OptionToken, type Token } from './word-tokens.ts';

/** What the words after `groundmist` ask for. */
export type Request =
  | { readonly kind: 'version' }
  /** Of a command, a group of some (`app`), or all where the path is empty. */
  | { readonly kind: 'help'; readonly path: readonly string[] }
  /** No command was named, or only its first word. */
  | { readonly kind: 'unfinished'; readonly path: readonly string[] }
  | { readonly kind: 'command'; readonly given: GivenCommand };

export interface GivenCommand {
  readonly described: DescribedCommand;
  readonly arguments: Readonly<Record<string, string | undefined>>;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** The settings among the options, by env name. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

const flagsBefore = [...flagsEverywhere, versionFlag];

/** Finds the command and reads what follows; a `Usage` failure says what was not understood. */
export function parseWords(argv: readonly string[], commands: readonly DescribedCommand[]): Request {
  const tokens = tokensOf(argv, flagsBefore);
  const path: string[] = [];
  const positions = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'positional') continue;
    const words = [...path, token.value];
    if (token.value === 'help' && !isKnown(words, commands)) {
      const others = wordsAfter(tokens, token.index).filter((word) => word !== 'help');
      return askedHelp([...path, ...others], commands);
    }
    path.push(token.value);
    positions.add(token.index);
    const before = tokens.filter(({ index }) => index < token.index);
    const found = commands.find(({ name }) => name === path.join(' '));
    if (found !== undefined) {
      const rest = argv.filter((_, index) => !positions.has(index));
      return readBefore(before, argv, path, commands) ?? parseRest(rest, found, commands);
    }
    if (isGroup(path, commands)) continue;
    // Of `--port 4000 serve` the flag is the mistake, not the 4000.
    readBefore(before, argv, path, commands);
    throw usage.unknownCommand(path, commands);
  }
  return readBefore(tokens, argv, path, commands) ?? { kind: 'unfinished', path };
}

/** What the flags in front of the command ask for by themselves; where nothing, they are ones that may stand there. */
function readBefore(
  tokens: readonly Token[],
  argv: readonly string[],
  path: readonly string[],
  commands: readonly DescribedCommand[],
): Request | undefined {
  const asked = askedBeside(tokens, argv, path);
  if (asked === undefined) {
    checkFlags(tokens, argv, { flags: flagsBefore, commands, described: undefined });
  }
  return asked;
}

/** Help and version are answered beside anything else, mistakes too. */
function askedBeside(
  tokens: readonly Token[],
  argv: readonly string[],
  path: readonly string[],
): Request | undefined {
  if (hasFlag(tokens, argv, 'help')) return { kind: 'help', path };
  if (hasFlag(tokens, argv, 'version')) return { kind: 'version' };
  return undefined;
}

/** `groundmist help app approve`, and `groundmist app help approve`. */
function askedHelp(path: readonly string[], commands: readonly DescribedCommand[]): Request {
  for (let length = 1; length <= path.length; length++) {
    const words = path.slice(0, length);
    if (!isKnown(words, commands)) throw usage.unknownCommand(words, commands);
  }
  return { kind: 'help', path };
}

function wordsAfter(tokens: readonly Token[], from: number): readonly string[] {
  return tokens.filter(isPositional).flatMap(({ index, value }) => (index > from ? [value] : []));
}

function parseRest(
  argv: readonly string[],
  described: DescribedCommand,
  commands: readonly DescribedCommand[],
): Request {
  const flags = [...described.flags, ...flagsBefore];
  const tokens = tokensOf(argv, flags);
  const asked = askedBeside(tokens, argv, described.path);
  if (asked !== undefined) return asked;
  checkFlags(tokens, argv, { flags, commands, described });
  const words = tokens.filter(isPositional).map(({ value }) => value);
  return {
    kind: 'command',
    given: { described, arguments: nameArguments(words, described), ...readOptions(tokens, flags) },
  };
}

/** What the flags say; `checkFlags` has seen that each is known and used as it should be. */
function readOptions(
  tokens: readonly Token[],
  flags: readonly DescribedFlag[],
): Pick<GivenCommand, 'options' | 'settings'> {
  const options: Record<string, string | boolean | undefined> = {};
  const settings: Record<string, string | undefined> = {};
  for (const token of tokens) {
    const flag = token.kind === 'option' ? flags.find(({ name }) => name === token.rawName) : undefined;
    if (token.kind !== 'option' || flag === undefined) continue;
    options[flag.key] = token.value ?? !flag.name.startsWith('--no-');
    if (flag.setting !== undefined) settings[flag.setting.env] = token.value;
  }
  return { options, settings };
}

function nameArguments(words: readonly string[], described: DescribedCommand): GivenCommand['arguments'] {
  const takes = described.arguments;
  const missing = takes.find(({ required }, index) => required && words[index] === undefined);
  if (missing !== undefined) throw usage.missingArgument(missing, described);
  const [extra] = words.slice(takes.length);
  if (extra !== undefined) throw usage.tooManyArguments(extra, described);
  for (const [index, { name, choices }] of takes.entries()) {
    const word = words[index];
    if (word !== undefined) usage.checkChoice(`<${name}>`, word, choices);
  }
  return Object.fromEntries(takes.map(({ name }, index) => [name, words[index]]));
}

function checkFlags(tokens: readonly Token[], argv: readonly string[], expected: usage.ExpectedFlags): void {
  const seen = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = expected.flags.find(({ name }) => name === token.rawName);
    if (flag === undefined) throw usage.unknownFlag(typedFlag(argv[token.index]), expected);
    checkValue(flag, token, expected.flags);
    if (flag.placeholder === undefined) continue;
    const [before, now] = [seen.get(flag.name), token.value ?? ''];
    if (before !== undefined) throw usage.repeatedFlag(flag, before, now);
    seen.set(flag.name, now);
  }
}

function checkValue(
  flag: DescribedFlag,
  { value, inlineValue }: OptionToken,
  flags: readonly DescribedFlag[],
): void {
  if (flag.placeholder === undefined) {
    if (value !== undefined) throw usage.needlessValue(flag);
    return;
  }
  if (value === undefined) throw usage.missingValue(flag);
  // Where the value really looks like that, `--flag=--value` says so.
  const isFlag = !inlineValue && (value === '-h' || flags.some(({ name }) => name === value));
  if (isFlag) throw usage.flagAsValue(flag, value);
  usage.checkChoice(flag.name, value, flag.choices);
}

function isKnown(words: readonly string[], commands: readonly DescribedCommand[]): boolean {
  return isGroup(words, commands) || commands.some(({ name }) => name === words.join(' '));
}

function isGroup(path: readonly string[], commands: readonly DescribedCommand[]): boolean {
  return commands.some(({ name }) => name.startsWith(`${path.join(' ')} `));
}

/** The flag as it was typed, without its value. */
function typedFlag(word = ''): string {
  return word.split('=', 1)[0] ?? word;
}
