import { describeCommands, type DescribedCommand } from './description.ts';
import { Configuration } from '../configuration.ts';
import { Failure } from '../core/failure.ts';
import type { Feature } from '../feature.ts';
import { commandHelp, groupHelp, programHelp } from './help.ts';
import { parseWords, type GivenCommand } from './parse-words.ts';
import { systemClock } from '../platform/clock.ts';
import type { Terminal } from '../platform/terminal.ts';
import { findSources } from '../sources.ts';

export interface Invocation {
  readonly features: readonly Feature[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Finds the command that `argv` names, parses its flags and runs it; a `Usage` failure says what was not understood. */
export async function runCommandLine(argv: readonly string[], invocation: Invocation): Promise<void> {
  const { terminal, version } = invocation;
  const commands = describeCommands(invocation.features);
  const request = parseWords(argv, commands);
  switch (request.kind) {
    case 'version':
      return await terminal.result(`groundmist ${version}`);
    case 'help':
      return await terminal.result(helpFor(request.path, commands, invocation));
    case 'unfinished': {
      const help = helpFor(request.path, commands, invocation);
      // Who types the name alone asks what there is; who types `app` alone, in a script too, has left something out.
      if (request.path.length === 0) return await terminal.result(help);
      terminal.problem(`${help}\n`);
      throw new Failure('Usage', `The command after \`groundmist ${request.path.join(' ')}\` is missing.`);
    }
    case 'command':
      return await run(request.given, invocation);
  }
}

function helpFor(
  path: readonly string[],
  commands: readonly DescribedCommand[],
  { features, terminal }: Invocation,
): string {
  const name = path.join(' ');
  const described = commands.find((command) => command.name === name);
  if (described !== undefined) return commandHelp(described, terminal);
  const shown = commands.filter(({ command }) => command.hidden !== true);
  if (name === '') return programHelp(shown, terminal);
  const summary = features.find((feature) => feature.name === path.at(-1))?.summary ?? '';
  return groupHelp(path, summary, shown, terminal);
}

async function run(given: GivenCommand, invocation: Invocation): Promise<void> {
  const { features, terminal, signal } = invocation;
  const { options, settings } = given;
  const { command } = given.described;
  const listener = command.tellsOfSources ? { environment: terminal.environment, note() {} } : terminal;
  const configuration = new Configuration(findSources(settings, options['envFile'], listener));
  const execute = await command.load();
  await execute({
    arguments: given.arguments,
    options,
    terminal,
    configuration,
    features,
    async compose(log) {
      const { compose } = await import('../compose.ts');
      return await compose({ features, configuration, clock: systemClock, log });
    },
    runCommand: (argv) => runCommandLine(argv, invocation),
    signal,
  });
}
