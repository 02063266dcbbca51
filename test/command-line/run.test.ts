import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { runCommandLine } from '../../src/command-line/run.ts';
import type { Command, CommandContext, Feature } from '../../src/feature.ts';
import { coreSettings } from '../../src/settings.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { Terminal } from '../../src/platform/terminal.ts';
import { rejectionOf } from '../support/rejection.ts';
import { recordingTerminal } from '../support/terminal.ts';

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

const many: readonly Partial<Command>[] = [
  { settings, options: [{ flags: '--json', summary: '' }] },
  { name: 'need', arguments: [{ name: 'it', summary: 'what is needed', required: true }] },
  { name: 'choose', arguments: [{ name: 'shell', summary: '', choices: ['bash', 'zsh'] }] },
  { name: 'write', options: [{ flags: '--format <format>', summary: '', choices: ['nodefs', 'json'] }] },
  { name: 'app list' },
  { name: 'app approve' },
  { name: 'app show' },
  { name: 'backup show' },
  { name: 'serve', summary: 'run' },
  { name: 'secret', hidden: true, options: [{ flags: '--dump', summary: '' }] },
  { name: 'inspect', options: [{ flags: '--dump', summary: '' }] },
];

test.each([
  [['og'], "Unknown command 'og'. Did you mean `groundmist go`?"],
  [['frobnicate', 'it'], "Unknown command 'frobnicate'. `groundmist help` shows those there are."],
  [['app', 'aprove'], "Unknown command 'app aprove'. Did you mean `groundmist app approve`?"],
  [['app', 'frobnicate'], "Unknown command 'app frobnicate'. `groundmist help app` shows those there are."],
  [['approve'], "Unknown command 'approve'. Here it is `groundmist app approve`: go."],
  [['aprove', 'k7m2qx'], "Unknown command 'aprove'. Did you mean `groundmist app approve`?"],
  [['app-approve'], "Unknown command 'app-approve'. Did you mean `groundmist app approve`?"],
  [['app:approve', 'k7m2qx'], "Unknown command 'app:approve'. Did you mean `groundmist app approve`?"],
  [['sho'], "Unknown command 'sho'. `groundmist help` shows those there are."],
  [['start'], "Unknown command 'start'. Here it is `groundmist serve`: run."],
  [['secre'], "Unknown command 'secre'. Did you mean `groundmist serve`?"],
  [['toString'], "Unknown command 'toString'."],
  [['go', '--prot', '1'], "Unknown flag '--prot' of `groundmist go`. Did you mean --port?"],
  [['go', '--jsn=1'], "Unknown flag '--jsn' of `groundmist go`. Did you mean --json?"],
  [['go', '-port', '1'], "Unknown flag '-port' of `groundmist go`. Did you mean --port?"],
  [['go', '--dump'], "Unknown flag '--dump' of `groundmist go`. It is one of `groundmist inspect`."],
  [['go', '-v'], "Unknown flag '-v'. Did you mean --verbose, or --version?"],
  [['go', '-V'], "Unknown flag '-V'. Did you mean --verbose, or --version?"],
  [['go', '-j'], "Unknown flag '-j' of `groundmist go`. Did you mean --json?"],
  [['go', '-q'], "Unknown flag '-q' of `groundmist go`. Did you mean --quiet?"],
  [['--json', 'go'], '--json stands before the command. The flags of a command follow its name.'],
  [['--port', '1', 'go'], '--port stands before the command. The flags of a command follow its name.'],
  [['--quite', 'og'], "Unknown flag '--quite'. Did you mean --quiet?"],
  [['--quite', 'go'], "Unknown flag '--quite'. Did you mean --quiet?"],
  [['go', '--port'], '--port needs a value: --port <port>, the TCP port of HTTP and WebSocket.'],
  [['go', '--port', '--json'], '--port needs a value, and --json is a flag. Write --port=--json'],
  [['go', '--json=yes'], '--json takes no value. Write --json alone.'],
  [['go', '--port', '1', '--port=2'], "--port is there twice, with '1' and with '2'."],
  [['go', 'too', 'many'], "`groundmist go` takes no arguments; 'too' is one too many.\nUsage: groundmist go"],
  [['need', 'a', 'b'], "`groundmist need` takes one argument; 'b' is one too many. A value with spaces"],
  [['need'], '`groundmist need` needs <it>: what is needed.\nUsage: groundmist need <it> [flags]'],
  [['choose', 'bahs'], "<shell> is bash or zsh, not 'bahs'. Did you mean bash?"],
  [['write', '--format', 'xml'], "--format is nodefs or json, not 'xml'."],
  [['app'], 'The command after `groundmist app` is missing.'],
])('%p is not understood: %s', async (argv, sentence) => {
  const failure = await contextOf(argv, ...many).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'Usage', message: expect.stringContaining(sentence) });
});

test.each([
  ['a value after =', ['go', '--port=4000'], { port: '4000' }],
  ['an empty value', ['go', '--port='], { port: '' }],
  ['a value that begins with a dash', ['go', '--port', '-1'], { port: '-1' }],
  ['a value that looks like a flag, after =', ['go', '--port=--json'], { port: '--json' }],
  ['a switch given twice', ['go', '--json', '--json'], { json: true }],
  ['flags before the command', ['--quiet', '--env-file', '.env', 'go'], { quiet: true, envFile: '.env' }],
])('%s is taken', async (_, argv, options) => {
  expect((await contextOf(argv, ...many)).options).toMatchObject(options);
});

test('after -- nothing is a flag', async () => {
  const context = await contextOf(['need', '--', '--help'], ...many);
  expect(context.arguments).toEqual({ it: '--help' });
});

test('a command that tells of env files that were passed over hears of them, and nobody else does', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('groundmist/env'), { recursive: true });
  for (const tellsOfSources of [true, undefined]) {
    const terminal = recordingTerminal({ environment: { XDG_CONFIG_HOME: folder.path } });
    const load = async () => async (context: CommandContext) => void context.configuration.read(settings);
    const command = { name: 'go', summary: 'go', settings, load, ...(tellsOfSources && { tellsOfSources }) };
    const signal = new AbortController().signal;
    const invocation = { features: [{ name: 'go', commands: [command] }], terminal, signal, version: '1' };
    await runCommandLine(['go'], invocation);
    expect(terminal.notes).toHaveLength(tellsOfSources ? 0 : 1);
  }
});

test('--no-pager makes the option false', async () => {
  const paged = { options: [{ flags: '--no-pager', summary: '' }] };
  expect((await contextOf(['go', '--no-pager'], paged)).options).toMatchObject({ pager: false });
  expect((await contextOf(['go'], paged)).options['pager']).toBeUndefined();
});

/** What is printed for `argv` when there are these commands; nothing of them runs. */
async function helpOf(argv: readonly string[], given: Partial<Terminal> = {}): Promise<string> {
  const load: Command['load'] = async () => async () => {};
  const store = { store: coreSettings.store, port: coreSettings.port };
  const commands: readonly Command[] = [
    { name: 'app approve', summary: 'say yes', examples: [['groundmist app approve 1', 'yes']], load },
    { name: 'app deny', summary: 'say no', load },
    { name: 'serve', summary: 'run it', settings: store, load },
    { name: 'odd', summary: 'of no group', load },
    { name: 'ghost', summary: 'hidden', hidden: true, load },
  ];
  const features: readonly Feature[] = [{ name: 'app', summary: 'what apps may do', commands }];
  const terminal = recordingTerminal(given);
  await runCommandLine(argv, { features, terminal, signal: new AbortController().signal, version: '1' });
  return terminal.output();
}

test('help knows commands of any number of words, as --help does', async () => {
  expect(await helpOf(['help'])).toBe(await helpOf(['--help']));
  expect(await helpOf(['help', 'app'])).toBe(await helpOf(['app', '-h']));
  expect(await helpOf(['help', 'app', 'approve'])).toBe(await helpOf(['app', 'approve', '--help']));
  expect(await helpOf(['app', 'help', 'approve'])).toBe(await helpOf(['app', 'approve', '--help']));
  expect(await helpOf(['-h', 'app', 'approve'])).toBe(await helpOf(['app', 'approve', '--help']));
  expect(await helpOf(['app', 'help'])).toBe(await helpOf(['app', '--help']));
  expect(await helpOf(['help', 'help'])).toBe(await helpOf(['--help']));
  expect(await helpOf(['help', 'app', 'approve'])).toContain('Say yes.');
});

test('the name alone prints what there is, for it is the question of who does not know', async () => {
  expect(await helpOf([])).toBe(await helpOf(['--help']));
});

test('help groups the commands by what people do, and hides none but the hidden', async () => {
  const help = await helpOf([]);
  const at = [
    'New here:',
    'Set up:',
    '  serve ',
    'Apps:',
    '  app approve ',
    'More:',
    '  odd ',
    '  help ',
  ].map((text) => help.indexOf(text));
  expect(at).toEqual(at.toSorted((one, other) => one - other));
  expect(at).not.toContain(-1);
  expect(help).not.toContain('ghost');
});

test('the help of a group says what the group is for', async () => {
  expect(await helpOf(['app', '--help'])).toContain('What apps may do.');
});

test('the help of a command has the settings that it reads, with and without a flag', async () => {
  const help = await helpOf(['serve', '--help'], { width: 200 });
  expect(help).toMatch(
    /^ {2}--port <port> +the TCP port of HTTP and WebSocket \(default 3031, 443 with TLS of its\n +own\) \[PORT\]$/m,
  );
  expect(help).toMatch(/^ {2}GROUNDMIST_STORE=<backend> +how documents/m);
});

test.each([40, 80, 200])(
  'at %p columns no line of any help is longer, and none beyond 100',
  async (width) => {
    const { features } = await import('../../src/features.ts');
    const names = features.flatMap(({ commands = [] }) => commands.map(({ name }) => name));
    for (const name of ['', 'app', ...names]) {
      const terminal = recordingTerminal({ width });
      const invocation = { features, terminal, signal: new AbortController().signal, version: '1' };
      await runCommandLine([...name.split(' ').filter(Boolean), '--help'], invocation);
      // An example is one line to copy, and a word stays whole.
      const lines = terminal
        .output()
        .split('\n')
        .filter((line) => !/^ {2}(?:\S+ )?groundmist /.test(line));
      const long = lines.filter((line) => line.length > Math.min(width, 100) && line.trim().includes(' '));
      expect(long).toEqual([]);
    }
  },
);

test('help has colour where the terminal has, and not one code elsewhere', async () => {
  const escapeCode = String.fromCodePoint(27);
  expect(await helpOf(['app', '--help'])).not.toContain(escapeCode);
  expect(await helpOf(['app', '--help'], { hasColor: true })).toContain(`${escapeCode}[1mCommands:`);
});

test('help for a word that is no command is a usage error that names the nearest', async () => {
  expect(await rejectionOf(helpOf(['help', 'ap']))).toMatchObject({
    code: 'Usage',
    message: "Unknown command 'ap'. Did you mean `groundmist app`?",
  });
  expect(await rejectionOf(helpOf(['help', 'app', 'aprove']))).toMatchObject({
    message: "Unknown command 'app aprove'. Did you mean `groundmist app approve`?",
  });
});

test.each([
  [['og', '--help'], "Unknown command 'og'. `groundmist help` shows those there are."],
  [['ap', '-h'], "Unknown command 'ap'. Did you mean `groundmist app`?"],
  [
    ['--quiet', 'app', 'aprove', '--help'],
    "Unknown command 'app aprove'. Did you mean `groundmist app approve`?",
  ],
])('%p asks about a command that is not there: %s', async (argv, message) => {
  expect(await rejectionOf(helpOf(argv))).toMatchObject({ code: 'Usage', message });
});

test('--help is answered beside arguments and options of the command', async () => {
  const help = await helpOf(['app', 'approve', '--help']);
  expect(await helpOf(['app', 'approve', 'abc123', '--help'])).toBe(help);
  expect(await helpOf(['app', 'approve', '--env-file', '.env', '--help'])).toBe(help);
  expect(await helpOf(['app', 'approve', '--unknown', '--help'])).toBe(help);
});

test('--version is answered before and after a command', async () => {
  for (const argv of [
    ['--quiet', '--version'],
    ['app', '--version'],
    ['serve', '--version'],
  ]) {
    expect(await helpOf(argv)).toBe('groundmist 1\n');
  }
});
