import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { folderState } from '../support/folder.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

/** `nobody` of every Linux: it owns no file. */
const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;
const canBecomeNobody = isRoot && Bun.which('setpriv') !== null;
const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

interface Found {
  readonly check: string;
  readonly kind: string;
  readonly cause: string;
  readonly cure: string | null;
}

interface Report {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly Found[];
}

/** Runs `doctor --json` through another program, which changes as what it runs. */
async function examine(
  through: readonly string[] = [],
  changed: Readonly<Record<string, string>> = {},
): Promise<Report & { readonly exitCode: number; readonly stderr: string }> {
  const { path, folder } = home.binary;
  const child = Bun.spawn([...through, path, 'doctor', '--json'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...home.settings, ...changed },
    stdin: null,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [exitCode, text, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { ...(JSON.parse(text) as Report), exitCode, stderr };
}

function findingOf(check: string, { findings }: Report): Found {
  return findings.find((finding) => finding.check === check) ?? expect.unreachable();
}

test('a healthy server of this machine alone: exit code 0, nothing written, and warnings at most', async () => {
  const { GROUNDMIST_HOST: _, ...settings } = home.settings;
  home.settings = settings;
  const server = await home.serve();
  const before = folderState(home.dataDirectory);
  const { exitCode, stdout } = await home.run('doctor');
  expect(stdout).not.toContain('✗');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^✓ server .*It runs \(process \d+\)/m);
  expect(folderState(home.dataDirectory)).toEqual(before);
  await server.stop();
});

test('a broken one: exit code 3, which check on stderr, and the same in JSON', async () => {
  await (await home.serve()).stop();
  chmodSync(home.dataDirectory, 0o777);
  const { exitCode, stdout, stderr } = await home.run('doctor');
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^✗ data-directory /m);
  expect(stdout).toContain(`$ chmod go-rwx ${home.dataDirectory}`);
  expect(stderr).toContain('data-directory');
  const report = await examine();
  expect(report.exitCode).toBe(3);
  expect(report.counts['problem']).toBe(report.findings.filter(({ kind }) => kind === 'problem').length);
  expect(findingOf('data-directory', report)).toMatchObject({ kind: 'problem' });
});

test('where nothing is set up: one problem and its cure, on any terminal', async () => {
  const { exitCode, stdout } = await home.binary.run(['doctor']);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^✗ configuration .*There is no env file/m);
  expect(stdout.match(/✗/g)).toHaveLength(1);
  // oxlint-disable-next-line no-control-regex
  expect(stdout).not.toMatch(/\u001b/);
  const narrow = ['sh', '-c', 'stty cols 40; exec "$0" doctor'];
  const shown = await runOnTerminal(narrow, {});
  expect(shown).toContain('\u001B[31m✗ configuration');
  const lines = Bun.stripANSI(shown).split(/\r?\n/);
  expect(Math.max(...lines.map((line) => Bun.stringWidth(line.replaceAll(/.*\r/g, ''))))).toBeLessThanOrEqual(
    79,
  );
  // oxlint-disable-next-line no-control-regex
  expect(await runOnTerminal(narrow, { NO_COLOR: '1' })).not.toMatch(/\u001b\[3/);
});

test.each([
  ['<&-', 3],
  ['<&- >&-', 3],
  ['<&- >&- 2>&-', 3],
  ['</dev/null >/dev/full', 1],
])('with its streams %s it ends with %d', async (streams, exitCode) => {
  const { path, folder } = home.binary;
  const child = Bun.spawn(['sh', '-c', `exec "$0" doctor ${streams}`, path], {
    cwd: folder,
    env: { HOME: folder, ...home.settings, PORT: 'http' },
    stderr: 'ignore',
  });
  expect(await child.exited).toBe(exitCode);
});

test.if(process.platform === 'linux')(
  'too few open files, of a shell and of the server that it started',
  async () => {
    const few = ['sh', '-c', 'ulimit -n 200; exec "$0" "$@"'];
    expect(findingOf('open-files', await examine(few))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('A server that is started from here may have 200 files'),
    });
    const server = await home.serve({}, few);
    expect(findingOf('open-files', await examine())).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('The server may have 200 files'),
    });
    await server.stop();
  },
);

describe.if(canBecomeNobody)('as another user than root', () => {
  beforeEach(() => chmodSync(home.binary.folder, 0o755));

  test('who looks at the data directory of another, and may not see into it', async () => {
    const server = await home.serve();
    const report = await examine(asNobody);
    expect(findingOf('data-directory', report)).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('not all could be looked at'),
    });
    for (const check of ['server', 'store', 'port']) {
      expect(findingOf(check, report)).toMatchObject({ kind: 'unchecked' });
    }
    await server.stop();
  });

  test('whose own folder root has written into', async () => {
    mkdirSync(home.dataDirectory);
    chownSync(home.dataDirectory, nobody, nobody);
    mkdirSync(`${home.dataDirectory}/.groundmist`);
    mkdirSync(`${home.dataDirectory}/xyz`, { mode: 0o700 });
    const report = await examine(asNobody);
    expect(report.exitCode).toBe(3);
    expect(findingOf('store', report)).toMatchObject({ kind: 'unchecked' });
    expect(findingOf('ownership', await examine())).toMatchObject({
      cure: expect.stringMatching(/^chown -R \S+: /),
    });
    expect(findingOf('ownership', report)).toMatchObject({
      kind: 'problem',
      cause: expect.stringMatching(/ in .* belong to root\./),
      cure: 'sudo groundmist doctor',
    });
  });

  test('whose data directory root has made', async () => {
    mkdirSync(home.dataDirectory, { mode: 0o755 });
    const report = await examine(asNobody);
    expect(findingOf('data-directory', report)).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('of root): a server that you start cannot use it'),
      cure: expect.stringMatching(/if you do, type `sudo chown -R \S+: /),
    });
    expect(findingOf('ownership', report)).toMatchObject({ kind: 'unchecked' });
  });

  test('who may not make a data directory', async () => {
    const report = await examine(asNobody);
    expect(findingOf('data-directory', report)).toMatchObject({
      kind: 'problem',
      cure: expect.stringMatching(/^sudo install -d -m 700 -o /),
    });
  });

  test('for whom the env file of the server is closed', async () => {
    const file = `${home.binary.folder}/env`;
    writeFileSync(file, '', { mode: 0o600 });
    const report = await examine(asNobody, { GROUNDMIST_ENV_FILE: file });
    expect(findingOf('configuration', report)).toMatchObject({
      kind: 'problem',
      cure: `sudo groundmist doctor --env-file ${file}`,
    });
    chownSync(file, 1, 1);
    expect(findingOf('configuration', await examine(asNobody, { GROUNDMIST_ENV_FILE: file })).cure).toMatch(
      /^sudo -u \S+ groundmist doctor --env-file /,
    );
    renameSync(file, `${home.binary.folder}/.env`);
    home.settings = {};
    expect(findingOf('configuration', await examine(asNobody))).toMatchObject({
      kind: 'problem',
      cure: expect.stringMatching(/^sudo -u \S+ groundmist doctor --env-file .*\.env$/),
    });
  });

  test('whose .env others may write, so that it is passed over', async () => {
    writeFileSync(`${home.binary.folder}/.env`, `GROUNDMIST_SYNC_SECRET_KEY=${'ab'.repeat(32)}\n`);
    chownSync(`${home.binary.folder}/.env`, nobody, nobody);
    chmodSync(`${home.binary.folder}/.env`, 0o666);
    const report = await examine(asNobody);
    // Once, and not as a note before it as well.
    expect(report.stderr).not.toContain('passed over');
    expect(findingOf('configuration', report)).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('.env is passed over: others may write to it'),
    });
  });
});

async function runOnTerminal(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  let shown = '';
  const decoder = new TextDecoder();
  const child = Bun.spawn([...words, home.binary.path], {
    cwd: home.binary.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: home.binary.folder, TERM: 'xterm', ...env },
    terminal: {
      cols: 40,
      rows: 40,
      data: (_, bytes) => void (shown += decoder.decode(bytes, { stream: true })),
    },
  });
  await child.exited;
  child.terminal?.close();
  return shown;
}
