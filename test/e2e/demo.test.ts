import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { temporaryFolder } from '../support/folder.ts';
import { Binary } from './binary.ts';

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

const staysUp = 'The server stays up.';

/** The data directory that the demo says it uses. */
function dataDirectoryIn(shown: string): string {
  return / inspect --data-dir (\S+)/.exec(shown)?.[1] ?? 'none was named';
}

/** The processes that run this binary, of which no other test has a copy at this path. */
function processesOf(path: string): readonly string[] {
  const { stdout } = Bun.spawnSync(['ps', '-eo', 'args']);
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes(path));
}

test('the demo syncs two apps in two namespaces, shows the tree, and leaves nothing behind', async () => {
  using folder = temporaryFolder();
  const { exitCode, stdout, stderr } = await binary.run(['demo', '--exit'], { env: { TMPDIR: folder.path } });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/├── com\.whtwnd\.blog +2 documents/);
  expect(stdout).toMatch(/└── xyz\.groundmist\.library +4 documents/);
  expect(stdout).toContain('and marks "A Pattern Language" as read. The laptop sees that.');
  expect(stdout).toContain('A connection reaches one namespace.');
  expect(stderr).toMatch(/^The demo is over; \S+ is removed\.\n$/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('what the person has set for a server of their own stays out of the demo', async () => {
  using folder = temporaryFolder();
  const env = { TMPDIR: folder.path, DATA_DIR: folder.at('mine'), GROUNDMIST_LISTEN: '0.0.0.0', PORT: 'x' };
  expect((await binary.run(['demo', '--exit', '--quiet'], { env })).exitCode).toBe(0);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('Ctrl-C in the terminal ends the demo and its server, and removes what they wrote', async () => {
  using folder = temporaryFolder();
  let isInterrupted = false;
  const { exitCode, shown } = await binary.runOnTerminal(
    ['demo'],
    (text) => {
      if (isInterrupted || !text.includes(staysUp)) return undefined;
      isInterrupted = true;
      return '\u{3}';
    },
    { env: { TMPDIR: folder.path } },
  );
  expect(exitCode).toBe(0);
  expect(readdirSync(folder.path)).toEqual([]);
  expect(processesOf(binary.path)).toEqual([]);
  expect(shown).toContain('is removed.');
});

test('while it stays up, its lines for another terminal work; SIGTERM to the demo alone ends its server too', async () => {
  using folder = temporaryFolder();
  const child = binary.start(['demo'], { env: { TMPDIR: folder.path } });
  let shown = '';
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    shown += decoder.decode(bytes, { stream: true });
    if (shown.includes(staysUp)) break;
  }
  const dataDirectory = dataDirectoryIn(shown);
  const dump = await binary.run(['inspect', '--data-dir', dataDirectory, '--dump', 'com.whtwnd.blog']);
  expect(dump.stdout).toContain('"A server in the cupboard"');
  const list = await binary.run(['app', 'list', '--json', '--data-dir', dataDirectory]);
  expect(JSON.parse(list.stdout).apps).toHaveLength(3);
  child.kill('SIGTERM');
  expect(await child.exited).toBe(0);
  expect(readdirSync(folder.path)).toEqual([]);
  expect(processesOf(binary.path)).toEqual([]);
});

test.each(['Listening on', 'may read and write'])(
  'Ctrl-C in the middle of the story (%s) is not a failure, and leaves nothing behind either',
  async (moment) => {
    using folder = temporaryFolder();
    const child = binary.start(['demo'], { env: { TMPDIR: folder.path } });
    for await (const bytes of child.stdout) {
      if (new TextDecoder().decode(bytes).includes(moment)) break;
    }
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
    expect(readdirSync(folder.path)).toEqual([]);
    expect(processesOf(binary.path)).toEqual([]);
  },
);
