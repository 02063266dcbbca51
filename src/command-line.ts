import { Command as Parser, CommanderError, Option } from 'commander';
import { Configuration } from './configuration.ts';
import { Failure } from './core/failure.ts';
import type { Command, Feature } from './feature.ts';
import { systemClock } from './platform/clock.ts';
import type { Setting } from './platform/config.ts';
import { findNearest } from './platform/nearest.ts';
import type { Terminal } from './platform/terminal.ts';
import { findSources } from './sources.ts';

export interface Invocation {
  readonly features: readonly Feature[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Finds the command that `argv` names, parses its flags and runs it; a `Usage` failure says what was not understood. */
export async function runCommandLine(argv: readonly string[], invocation: Invocation): Promise<void> {
  const written: string[] = [];
  const program = describeProgram(invocation, (text) => void written.push(text));
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const help = written.join('').trimEnd();
    if (error.exitCode === 0) {
      if (error.code !== 'commander.version') refuseUnknownCommand(program, argv);
      return await invocation.terminal.result(help);
    }
    if (help === '') throw new Failure('Usage', usageSentence(error));
    invocation.terminal.problem(`${help}\n`);
    throw new Failure('Usage', 'The command is missing.');
  }
}

function describeProgram(invocation: Invocation, write: (text: string) => void): Parser {
  const program = new Parser('groundmist')
    .description('A personal sync server for local-first apps.')
    .version(`groundmist ${invocation.version}`, '--version', 'print the version')
    .option('--env-file <file>', 'read the settings from this file')
    .option('--quiet', 'print results and problems only')
    .option('--verbose', 'print the causes of problems too')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => {} })
    .configureHelp({ showGlobalOptions: true, helpWidth: invocation.terminal.width })
    .exitOverride();
  for (const feature of invocation.features) {
    const groupFor = (parent: Parser, name: string) => findGroup(parent, name, feature.summary ?? '');
    for (const command of feature.commands ?? []) {
      const words = command.name.split(' ');
      const name = words.pop() ?? command.name;
      const parser = words.reduce(groupFor, program).command(name, { hidden: command.hidden === true });
      describeCommand(parser, command, invocation);
    }
  }
  program
    .command('help [command...]')
    .description('print help for a command')
    .action((words: readonly string[]) => printHelp(program, words));
  return program;
}

/** Walks to the command that the words name; commander itself looks at the first word only. */
function printHelp(program: Parser, words: readonly string[]): void {
  let parser = program;
  for (const word of words) parser = commandNamed(word, parser);
  parser.help();
}

/** Commander answers `--help` before it looks for the command, and shows all of them for one that is not there. */
function refuseUnknownCommand(program: Parser, argv: readonly string[]): void {
  let parser = program;
  for (const word of program.parseOptions([...argv]).operands) {
    if (parser.commands.length === 0) return;
    parser = commandNamed(word, parser);
  }
}

function commandNamed(word: string, parser: Parser): Parser {
  const named = parser.commands.find((command) => command.name() === word);
  if (named === undefined) throw new Failure('Usage', unknownCommand(word, parser));
  return named;
}

function unknownCommand(word: string, { commands }: Parser): string {
  const names = commands.map((command) => command.name());
  const nearest = findNearest(word, names);
  return `Unknown command '${word}'.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
}

function describeCommand(parser: Parser, command: Command, invocation: Invocation): void {
  parser.description(command.summary);
  for (const { name: argument, summary, required } of command.arguments ?? []) {
    parser.argument(required ? `<${argument}>` : `[${argument}]`, summary);
  }
  for (const { flags, summary } of command.options ?? []) parser.option(flags, summary);
  const flagged = Object.values(command.settings ?? {}).filter((setting) => setting.flag !== undefined);
  for (const setting of flagged) parser.addOption(settingOption(setting));
  if (command.examples) parser.addHelpText('after', describeExamples(command.examples));
  parser.action(() => run(command, parser, invocation));
}

/** The parser of `app` in `app approve`, made when the first of its commands needs it. */
function findGroup(parent: Parser, name: string, summary: string): Parser {
  const known = parent.commands.find((command) => command.name() === name);
  return known ?? parent.command(name).description(summary).helpCommand(false);
}

function settingOption(setting: Setting): Option {
  const summary = setting.default === undefined ? setting.summary : `${setting.summary} (${setting.default})`;
  return new Option(`${setting.flag} <${setting.placeholder}>`, `${summary} [${setting.env}]`);
}

function describeExamples(examples: NonNullable<Command['examples']>): string {
  const lines = examples.map(([line, effect]) => `  ${line}\n      ${effect}`);
  return ['', 'Examples:', ...lines].join('\n');
}

async function run(command: Command, parser: Parser, invocation: Invocation): Promise<void> {
  const { features, terminal, signal } = invocation;
  const options = parser.optsWithGlobals<Record<string, string | boolean | undefined>>();
  const flags: Record<string, string | undefined> = {};
  for (const setting of Object.values(command.settings ?? {})) {
    if (setting.flag === undefined) continue;
    const value = options[settingOption(setting).attributeName()];
    if (typeof value === 'string') flags[setting.env] = value;
  }
  const named: Record<string, string | undefined> = {};
  for (const [index, { name }] of (command.arguments ?? []).entries()) named[name] = parser.args[index];
  const listener = command.tellsOfSources ? { environment: terminal.environment, note() {} } : terminal;
  const configuration = new Configuration(findSources(flags, options['envFile'], listener));
  const execute = await command.load();
  await execute({
    arguments: named,
    options,
    terminal,
    configuration,
    features,
    async compose(log) {
      const { compose } = await import('./compose.ts');
      return await compose({ features, configuration, clock: systemClock, log });
    },
    runCommand: (argv) => runCommandLine(argv, invocation),
    signal,
  });
}

function usageSentence(error: CommanderError): string {
  const text = error.message.replace(/^error: /, '');
  const sentence = text.replace(/\n\((.*)\)$/s, '. $1').trim();
  const capital = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
