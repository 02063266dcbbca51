import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { runCommandLine } from '../src/command-line.ts';
import type { Command, CommandContext, Feature } from '../src/feature.ts';
import { coreSettings } from '../src/settings.ts';
import { temporaryFolder } from './support/folder.ts';
import { rejectionOf } from './support/rejection.ts';
import { recordingTerminal } from './support/terminal.ts';

const settings = { port: coreSettings.port, dataDirectory: coreSettings.dataDirectory };

/** Runs `argv` against these commands and gives what the command that ran was told. */
async function contextOf(
  argv: readonly string[],
  ...commands: readonly Partial<Command>[]
): Promise<CommandContext> {
  const seen: CommandContext[] = [];
  const features: readonly Feature[] = [
    {
      name: 'test',
      commands: commands.map((command) => ({
        name: 'go',
        summary: 'go',
        ...command,
        load: async () => async (context: CommandContext) => void seen.push(context),
      })),
    },
  ];
  const terminal = recordingTerminal();
  await runCommandLine(argv, { features, terminal, signal: new AbortController().signal, version: '1' });
  const context = seen[0];
  if (context === undefined) throw new Error(`nothing ran: ${terminal.problems.join()}`);
  return context;
}

test('arguments come by name, options in camel case, flags of settings as sources', async () => {
  const context = await contextOf(
    ['app', 'go', 'one', '--dry-run', '--limit', '5', '--port', '4000', '--quiet'],
    {
      name: 'app go',
      arguments: [
        { name: 'first', summary: '', required: true },
        { name: 'second', summary: '' },
      ],
      options: [
        { flags: '--dry-run', summary: '' },
        { flags: '--limit <number>', summary: '' },
      ],
      settings,
    },
  );
  expect(context.arguments).toEqual({ first: 'one', second: undefined });
  expect(context.options).toMatchObject({ dryRun: true, limit: '5', quiet: true });
  expect(context.configuration.sources.flags).toEqual({ PORT: '4000' });
  expect(context.configuration.read(settings)).toEqual({ port: 4000, dataDirectory: '.data' });
});

test('--env-file counts before and after the command', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('env'), 'PORT=4001\n');
  for (const argv of [
    ['--env-file', folder.at('env'), 'go'],
    ['go', '--env-file', folder.at('env')],
  ]) {
    const { configuration } = await contextOf(argv, { settings });
    expect(configuration.read(settings)).toMatchObject({ port: 4001 });
  }
});

test('an env file is not looked for until a setting is asked for', async () => {
  const { configuration } = await contextOf(['go', '--env-file', '/nowhere', '--port', '1'], { settings });
  expect(configuration.read({ port: coreSettings.port })).toEqual({ port: 1 });
  expect(() => configuration.read(settings)).toThrow('The env file /nowhere cannot be used');
});

test.each([
  [['og'], "Unknown command 'og'."],
  [['go', '--prot', '1'], "Unknown option '--prot'. Did you mean --port?"],
  [['go', '--port'], "Option '--port <port>' argument missing."],
  [['go', 'too', 'many'], 'Too many arguments'],
  [['need'], "Missing required argument 'it'."],
  [['app'], 'The command is missing.'],
])('%p is not understood: %s', async (argv, sentence) => {
  const commands = [
    { settings },
    { name: 'need', arguments: [{ name: 'it', summary: '', required: true as const }] },
    { name: 'app list' },
  ];
  const failure = await contextOf(argv, ...commands).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'Usage', message: expect.stringContaining(sentence) });
});

/** What is printed for `argv` when there are these commands; nothing of them runs. */
async function helpOf(...argv: readonly string[]): Promise<string> {
  const load: Command['load'] = async () => async () => {};
  const commands = [
    { name: 'app approve', summary: 'say yes', load },
    { name: 'app deny', summary: 'say no', load },
  ];
  const features: readonly Feature[] = [{ name: 'app', summary: 'what apps may do', commands }];
  const terminal = recordingTerminal();
  await runCommandLine(argv, { features, terminal, signal: new AbortController().signal, version: '1' });
  return terminal.output();
}

test('help knows commands of any number of words, as --help does', async () => {
  expect(await helpOf('help')).toBe(await helpOf('--help'));
  expect(await helpOf('help', 'app')).toBe(await helpOf('app', '-h'));
  expect(await helpOf('help', 'app', 'approve')).toBe(await helpOf('app', 'approve', '--help'));
  expect(await helpOf('help', 'app', 'approve')).toContain('say yes');
});

test('the help of a group says what the group is for', async () => {
  expect(await helpOf('--help')).toMatch(/^ {2}app +what apps may do$/m);
  expect(await helpOf('app', '--help')).toContain('what apps may do');
});

test('help for a word that is no command is a usage error that names the nearest', async () => {
  expect(await rejectionOf(helpOf('help', 'ap'))).toMatchObject({
    code: 'Usage',
    message: "Unknown command 'ap'. Did you mean app?",
  });
  expect(await rejectionOf(helpOf('help', 'app', 'aprove'))).toMatchObject({
    message: "Unknown command 'aprove'. Did you mean approve?",
  });
});

test.each([
  [['og', '--help'], "Unknown command 'og'."],
  [['ap', '-h'], "Unknown command 'ap'. Did you mean app?"],
  [['--quiet', 'app', 'aprove', '--help'], "Unknown command 'aprove'. Did you mean approve?"],
])('%p asks about a command that is not there: %s', async (argv, message) => {
  expect(await rejectionOf(helpOf(...argv))).toMatchObject({ code: 'Usage', message });
});

test('--help is answered beside arguments and options of the command', async () => {
  const help = await helpOf('app', 'approve', '--help');
  expect(await helpOf('app', 'approve', 'abc123', '--help')).toBe(help);
  expect(await helpOf('app', 'approve', '--env-file', '.env', '--help')).toBe(help);
});
