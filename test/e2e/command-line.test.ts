import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json' with { type: 'json' };
import { shownCommands } from '../../src/command-line/description.ts';
import { features } from '../../src/features.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Binary } from './binary.ts';

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

test('--version says the version of the package', async () => {
  expect(await binary.run(['--version'])).toEqual({
    exitCode: 0,
    stdout: `groundmist ${version}\n`,
    stderr: '',
  });
});

const commands = shownCommands(features);

test('--help names every command on stdout', async () => {
  const { exitCode, stdout, stderr } = await binary.run(['--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
});

test('every command has help on stdout, without one escape code and without its code running', async () => {
  const runs = await Promise.all(commands.map(({ path }) => binary.run([...path, '--help'])));
  for (const [index, { exitCode, stdout, stderr }] of runs.entries()) {
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toStartWith(`Usage: groundmist ${commands[index]?.name} `);
    expect(stdout).toContain('Examples:');
    expect(stdout).not.toContain(String.fromCodePoint(27));
  }
});

test.each(['confg', 'compleion', 'ini'])(
  '%s is not a command, and the nearest one is named',
  async (word) => {
    const { exitCode, stdout, stderr } = await binary.run([word]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      /^groundmist: Unknown command '.*'\. Did you mean `groundmist (?:config|completion|init)`\?\n/,
    );
  },
);

test('a mistyped flag is a usage error that names the nearest one', async () => {
  const { exitCode, stderr } = await binary.run(['config', '--josn']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Did you mean --json?');
});

test('no command at all is the question what there is, and ends well', async () => {
  const { exitCode, stdout, stderr } = await binary.run([]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('New here:');
  expect(stdout).toBe((await binary.run(['--help'])).stdout);
});

test('a group alone is half a command: its help on stderr, and a usage error', async () => {
  const { exitCode, stdout, stderr } = await binary.run(['app']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('  app approve ');
  expect(stderr).toContain('groundmist: The command after `groundmist app` is missing.\n');
});

test('a reader that leaves early ends it quietly', async () => {
  const command = `"${binary.path}" completion bash | head -n 1; echo "$?"`;
  const shell = Bun.spawn(['sh', '-c', command], { stdout: 'pipe', stderr: 'pipe' });
  expect(await new Response(shell.stderr).text()).toBe('');
  expect(await new Response(shell.stdout).text()).toBe(
    '# bash completion for groundmist; made by `groundmist completion bash`\n0\n',
  );
});

test('.env, bunfig.toml and node_modules of the current folder are not loaded by the runtime', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('bunfig.toml'), 'preload = ["./loaded.ts"]\n');
  writeFileSync(folder.at('loaded.ts'), 'console.log("loaded"); process.exit(99);\n');
  writeFileSync(folder.at('.env'), 'PORT=1\nATPROTO_DID=did:web:elsewhere.example\n');
  mkdirSync(join(folder.path, 'node_modules/zod'), { recursive: true });
  writeFileSync(folder.at('node_modules/zod/index.js'), 'process.exit(98);\n');
  const { exitCode, stdout, stderr } = await binary.run(['config', '--json'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('.env is passed over: it holds no GROUNDMIST_SYNC_SECRET_KEY');
  expect(JSON.parse(stdout).settings).toContainEqual(
    expect.objectContaining({ name: 'PORT', value: '3031', origin: 'default', secret: false }),
  );
});

test('config fails on a name that nothing reads and names the nearest', async () => {
  const { exitCode, stderr } = await binary.run(['config'], { env: { GROUNDMIST_HOTS: 'sync.example.com' } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    'GROUNDMIST_HOTS in the environment is not a setting of this version. Did you mean GROUNDMIST_HOST?',
  );
});

test('an env file that is named but not there is a usage error', async () => {
  const { exitCode, stderr } = await binary.run(['config', '--env-file', 'nowhere']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('The env file nowhere cannot be used: it does not exist.');
});
