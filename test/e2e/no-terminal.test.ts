import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { describeCommands, type DescribedCommand } from '../../src/command-line/description.ts';
import { features } from '../../src/features.ts';
import { temporaryFolder } from '../support/folder.ts';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

const escapeCode = String.fromCodePoint(27);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** The words that start a command with its streams redirected by a shell, under the same process id. */
function redirected(streams: string): readonly string[] {
  return ['sh', '-c', `exec "$0" "$@" ${streams}`];
}

/** Those that go on until they are told to stop. */
const staying = ['serve', 'demo'];
/** What the completion scripts ask reads stdin to its end. */
const reading = ['complete'];
const documentedExitCodes = [0, 1, 2, 3, 4, 5, 143];

/** The command with the least that it needs, and nothing that answers its questions. */
function leastWords({ path, arguments: takes }: DescribedCommand): readonly string[] {
  const words = takes.filter(({ required }) => required).map(({ choices }) => choices?.[0] ?? 'something');
  return [...path, ...words];
}

interface Unattended {
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exited: Promise<number>;
  kill(signal: 'SIGTERM'): void;
}

/** Runs it without a terminal to its end, telling those that stay to stop once they have said something. */
async function runUnattended({ name }: DescribedCommand, child: Unattended) {
  let hasToldToStop = !staying.includes(name);
  const read = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      text += decoder.decode(bytes, { stream: true });
      if (!hasToldToStop) child.kill('SIGTERM');
      hasToldToStop = true;
    }
    return text;
  };
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** A server is set up, nothing runs, and the directory of DIDs does not answer. */
function settingsOffline(): Readonly<Record<string, string>> {
  return {
    ...home.settings,
    GROUNDMIST_PLC_URL: 'http://127.0.0.1:1',
    GROUNDMIST_PRIVATE_HOSTS: '127.0.0.1:1',
    PORT: '0',
    GROUNDMIST_METRICS: 'off',
  };
}

describe('every command ends by itself, with a documented exit code and a sentence,', () => {
  const commands = describeCommands(features);
  const asked = commands.filter(({ name }) => !reading.includes(name));
  const cases = asked.flatMap((described) =>
    ['nothing is set up', 'a server is set up'].map((state) => [described.name, state, described] as const),
  );

  test.each(cases)('%s, where %s and stdin stays open without a word', async (_, state, described) => {
    const env = state === 'nothing is set up' ? {} : settingsOffline();
    using folder = temporaryFolder();
    const child = home.binary.start(leastWords(described), { env, cwd: folder.path, stdin: 'pipe' });
    const { exitCode, stdout, stderr } = await runUnattended(described, child);
    expect(documentedExitCodes).toContain(exitCode);
    expect(stdout + stderr).not.toContain(escapeCode);
    const problem = described.name === 'serve' ? /^\{.*"level":"fatal"/m : /^groundmist: \S/m;
    if (exitCode > 0 && exitCode <= 5) expect(stderr).toMatch(problem);
    expect(stderr).not.toContain('Something went wrong inside groundmist');
  });

  test.each(commands.map((described) => [described.name, described] as const))(
    '%s, with stdin closed',
    async (_, described) => {
      using folder = temporaryFolder();
      const words = [home.binary.path, ...leastWords(described)];
      const child = Bun.spawn(['sh', '-c', 'exec "$0" "$@" <&-', ...words], {
        cwd: folder.path,
        env: { HOME: folder.path, PATH: process.env['PATH'] ?? '' },
        stdout: 'pipe',
        stderr: 'pipe',
      });
      const { exitCode } = await runUnattended(described, child);
      expect(documentedExitCodes).toContain(exitCode);
    },
  );
});

/** An app comes in, writes, and another one reads it. */
async function useServer(): Promise<void> {
  const writer = await LeanClient.connect(await home.admit());
  const documentId = writer.create({ title: 'of no terminal' });
  await eventually('it is acknowledged', () => (writer.told.get(documentId)?.size ?? 0) > 0);
  const reader = await LeanClient.connect(await home.admit());
  expect(await reader.find(documentId)).toMatchObject({ title: 'of no terminal' });
  writer.close();
  reader.close();
}

describe('serve works and stops in order', () => {
  test.each(['<&-', '<&- >&-', '<&- >&- 2>&-', '</dev/null >/dev/null 2>&1'])(
    'with its streams %s',
    async (streams) => {
      const server = await home.serve({}, redirected(streams));
      await useServer();
      expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
      const { stdout } = await home.run('inspect', '--dump');
      expect(stdout).toContain('"of no terminal"');
    },
  );

  test('after the reader of its output has left', async () => {
    const pipe = join(home.binary.folder, 'pipe');
    Bun.spawnSync(['mkfifo', pipe]);
    const head = Bun.spawn(['head', '-n', '1', pipe], { stdout: 'pipe' });
    const server = await home.serve({}, redirected(`>"${pipe}" 2>&1`));
    expect(await new Response(head.stdout).text()).toContain('Listening on ');
    await useServer();
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
  });

  test('with a disk that takes no more output', async () => {
    const server = await home.serve({}, redirected('>/dev/full 2>&1'));
    await useServer();
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
  });
});

test('two servers of one owner run side by side on their own data', async () => {
  await using other = await Installation.create();
  const [here, there] = [await home.serve(), await other.serve()];
  await useServer();
  expect((await other.run('inspect', '--dump')).stdout).toBe('');
  expect(await here.stop()).toEqual(await there.stop());
});

test('NO_COLOR and no terminal: not one escape code, results on stdout, talk on stderr', async () => {
  const server = await home.serve({ NO_COLOR: '1', TERM: 'xterm-256color' });
  await useServer();
  const outcomes = await Promise.all([home.run('app', 'list'), home.run('inspect'), home.run('config')]);
  await server.stop();
  const printed = [
    await server.stderr.whole(),
    ...outcomes.flatMap(({ stdout, stderr }) => [stdout, stderr]),
  ].join('');
  expect(printed).toContain('Listening on ');
  expect(printed).not.toContain(escapeCode);
  expect(await server.stdout.whole()).toBe('');
  expect(outcomes.map(({ stderr }) => stderr)).toEqual(['', '', '']);
});

test('on a terminal Ctrl-C stops it, and with NO_COLOR it shows no colour', async () => {
  let hasTyped = false;
  const { exitCode, shown } = await home.binary.runOnTerminal(
    ['serve'],
    (text) => {
      if (hasTyped || !text.includes('Next: ')) return undefined;
      hasTyped = true;
      return '\u0003';
    },
    { env: { ...home.settings, NO_COLOR: '1' } },
  );
  expect(exitCode).toBe(0);
  expect(shown).toContain('Stopping: ');
  expect(shown).not.toContain(`${escapeCode}[3`);
});
