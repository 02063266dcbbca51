import { groupCommands } from './groups.ts';
import {
  flagsEverywhere,
  flagText,
  usageOf,
  versionFlag,
  type DescribedCommand,
  type DescribedFlag,
} from './description.ts';
import { exitCodes } from './exit-codes.ts';
import { painter, type Paint } from '../platform/colour.ts';
import type { Setting } from '../platform/config.ts';
import { formatDefinitions, widestTerm, wrapText, type Definition } from '../platform/definitions.ts';

export interface HelpStyle {
  readonly width: number;
  readonly hasColor: boolean;
}

/** Longer lines are hard to read, and none below this is a terminal that somebody reads on. */
const [leastWidth, mostWidth] = [40, 100];

const purpose = 'A personal sync server for local-first apps.';
const firstSteps: readonly Definition[] = [
  ['groundmist demo', 'see it work: no account, no network'],
  ['groundmist init', 'set up your own server'],
];
const helpCommand: Definition = ['help', 'print help: `groundmist help <command>`'];

/** All commands, by what people do with them. */
export function programHelp(commands: readonly DescribedCommand[], style: HelpStyle): string {
  const writer = new Writer(style);
  const groups = groupCommands(commands);
  const termWidth = widestTerm(commandRows(commands));
  writer.paragraph(purpose);
  writer.usage('groundmist <command> [flags]');
  writer.section('New here', firstSteps);
  for (const [index, { title, commands: listed }] of groups.entries()) {
    const more = index === groups.length - 1 ? [helpCommand] : [];
    writer.section(title, [...commandRows(listed), ...more], termWidth);
  }
  writer.section('Flags of every command', flagRows([...flagsEverywhere, versionFlag]));
  writer.paragraph('`groundmist help <command>` says more of one, with examples.');
  writer.paragraph(
    '`groundmist manual | man -l -` is all of it as a man page, with settings and exit codes.',
  );
  return writer.text();
}

/** The commands that begin with the same word. */
export function groupHelp(
  path: readonly string[],
  summary: string,
  commands: readonly DescribedCommand[],
  style: HelpStyle,
): string {
  const writer = new Writer(style);
  const name = path.join(' ');
  const listed = commands.filter((command) => command.name.startsWith(`${name} `));
  writer.usage(`groundmist ${name} <command> [flags]`);
  writer.paragraph(sentence(summary));
  writer.section('Commands', commandRows(listed));
  writer.examples(listed.flatMap(({ examples }) => examples.slice(0, 1)));
  writer.paragraph(`\`groundmist help ${name} <command>\` says more of one.`);
  return writer.text();
}

/** One command with all that it takes. */
export function commandHelp(described: DescribedCommand, style: HelpStyle): string {
  const writer = new Writer(style);
  writer.usage(usageOf(described));
  writer.paragraph(sentence(described.summary));
  writer.section(
    'Arguments',
    described.arguments.map(({ name, summary, choices }) => [name, withChoices(summary, choices)]),
  );
  const own = described.flags.filter(({ setting }) => setting === undefined);
  writer.section('Flags', flagRows(own));
  const settings = described.flags.flatMap(({ setting }) => setting ?? []);
  writer.section('Settings that it reads', [...settings, ...described.settings].map(settingRow));
  writer.section('Flags of every command', flagRows(flagsEverywhere));
  writer.examples(described.examples);
  const codes = exitCodes.map(([code, short]) => `${code} ${short}`).join('; ');
  writer.paragraph(`Exit codes: ${codes}. All of it: \`groundmist manual | man -l -\`.`);
  return writer.text();
}

/** What a setting means, with its choices and its default. */
export function describeSetting({
  summary,
  choices,
  default: preset,
  otherDefault,
  required,
}: Setting): string {
  const other = otherDefault && `${otherDefault.text} ${otherDefault.where}`;
  const asides = [
    ...(preset === undefined ? [] : [`default ${preset}`]),
    ...(other === undefined ? [] : [other]),
    ...(required ? ['required'] : []),
  ];
  return asides.length === 0
    ? withChoices(summary, choices)
    : `${withChoices(summary, choices)} (${asides.join(', ')})`;
}

export function withChoices(summary: string, choices: readonly string[] | undefined): string {
  const isNamed = choices === undefined || choices.every((choice) => summary.includes(choice));
  return isNamed ? summary : `${summary}: ${choices.join(', ')}`;
}

/** A summary as a sentence of its own. */
export function sentence(summary: string): string {
  return summary === '' ? '' : `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function commandRows(commands: readonly DescribedCommand[]): readonly Definition[] {
  return commands.map(({ name, summary }) => [name, summary]);
}

function flagRows(flags: readonly DescribedFlag[]): readonly Definition[] {
  return flags.map((flag) => [flagText(flag), withChoices(flag.summary, flag.choices)]);
}

function settingRow(setting: Setting): Definition {
  const { env, flag, placeholder } = setting;
  const term = flag === undefined ? `${env}=<${placeholder}>` : `${flag} <${placeholder}>`;
  return [term, flag === undefined ? describeSetting(setting) : `${describeSetting(setting)} [${env}]`];
}

/** Gathers paragraphs, each apart from the next. */
class Writer {
  readonly #width: number;
  readonly #paint: Paint;
  readonly #paragraphs: string[] = [];

  constructor({ width, hasColor }: HelpStyle) {
    this.#width = Math.min(mostWidth, Math.max(leastWidth, width));
    this.#paint = painter({ hasColor });
  }

  usage(line: string): void {
    const [first = '', ...more] = wrapText(line, this.#width - 7);
    const rest = more.map((part) => `         ${part}`);
    this.#paragraphs.push([`${this.#paint('title', 'Usage:')} ${first}`, ...rest].join('\n'));
  }

  paragraph(text: string): void {
    if (text !== '') this.#paragraphs.push(wrapText(text, this.#width).join('\n'));
  }

  section(title: string, rows: readonly Definition[], termWidth?: number): void {
    if (rows.length === 0) return;
    const list = formatDefinitions(rows, {
      width: this.#width,
      ...(termWidth !== undefined && { termWidth }),
      paint: (term) => this.#paint('key', term),
    });
    this.#paragraphs.push(`${this.#paint('title', `${title}:`)}\n${list}`);
  }

  examples(examples: DescribedCommand['examples']): void {
    if (examples.length === 0) return;
    const lines = examples.flatMap(([line, effect]) => [
      `  ${this.#paint('key', line)}`,
      ...wrapText(effect, this.#width - 6).map((part) => `      ${part}`),
    ]);
    this.#paragraphs.push([this.#paint('title', 'Examples:'), ...lines].join('\n'));
  }

  text(): string {
    return this.#paragraphs.join('\n\n');
  }
}
