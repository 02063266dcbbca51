import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../support/folder.ts';
import { Binary, type RunOptions } from './binary.ts';

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

const key = 'Press a key to go on.';
const question = 'Let Library on your phone in? [Y/n]';
const staysUp = 'ends it and removes everything.';
const over = 'The demo is over: its server is stopped, and all that it wrote is removed.';
/** Bold, faint, green, cyan, magenta, yellow. */
const colours = ['1', '2', '32', '36', '35', '33'].map((code) => `\u001B[${code}m`);
const controlC = '\u0003';
const controlD = '\u0004';

/** The processes that run this binary, of which no other test has a copy at this path. */
function processesOf(path: string): readonly string[] {
  const { stdout } = Bun.spawnSync(['ps', '-eo', 'args']);
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes(path));
}

/** What was said, with the line breaks of the terminal's width gone. */
function flat(text: string): string {
  return Bun.stripANSI(text).replaceAll(/\s+/g, ' ');
}

/** What must have been shown, and what is typed then. */
type Answer = readonly [shown: string, typed: string];

/** Types each answer once what it answers was shown, one after the other. */
function answering(answers: readonly Answer[]) {
  let at = 0;
  let next = 0;
  return (shown: string): string | undefined => {
    const answer = answers[next];
    const found = answer === undefined ? -1 : shown.indexOf(answer[0], at);
    if (answer === undefined || found === -1) return undefined;
    at = found + answer[0].length;
    next += 1;
    return answer[1];
  };
}

async function onTerminal(args: readonly string[], answers: readonly Answer[], env: RunOptions['env'] = {}) {
  using folder = temporaryFolder();
  const outcome = await binary.runOnTerminal(args, answering(answers), {
    env: { TMPDIR: folder.path, ...env },
  });
  return { ...outcome, left: [...readdirSync(folder.path), ...processesOf(binary.path)] };
}

/** What a running demo says until it has said `moment`. It is read on after that, or the demo would have no reader. */
async function hears(output: ReadableStream<Uint8Array>, moment: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let shown = '';
  const decoder = new TextDecoder();
  void output.pipeTo(
    new WritableStream({
      write(bytes: Uint8Array) {
        shown += decoder.decode(bytes, { stream: true });
        if (shown.includes(moment)) resolve(shown);
      },
      close: () => resolve(shown),
    }),
  );
  return await promise;
}

describe('into a pipe', () => {
  test('it tells all of it at once, each scene with what was found to be so, and leaves nothing', async () => {
    using folder = temporaryFolder();
    const { exitCode, stdout, stderr } = await binary.run(['demo', '--exit'], {
      env: { TMPDIR: folder.path },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `${over}\n` });
    const said = flat(stdout);
    expect(said).toMatch(/403 NotPermitted: .* 403 NotPermitted: .* ✓ It belongs to that identity alone/);
    expect(said).toContain('Nobody is asked here, so the demo says yes:');
    expect(said).toContain('✓ Both are in, and the list that the laptop made is on the phone already.');
    expect(said).toContain('both To read - A Pattern Language - The Left Hand of Darkness');
    expect(said).toContain('laptop sees: phone is typing');
    expect(said).toContain('phone sees: laptop is typing');
    expect(said).toContain('✓ All 43 letters are on both');
    expect(said).toMatch(/“phone is typing” came in [1-9]\d* messages, “laptop is typing” in [1-9]\d*\./);
    expect(said).toContain(
      'laptop To read - A Pattern Language (Alexander, 1977) - The Left Hand of Darkness phone',
    );
    expect(said).toContain(
      'both To read - again: A Pattern Language (Alexander, 1977) - The Left Hand of Darkness - Kindred',
    );
    expect(said).toContain('It asks for the reading list by its exact address, and gets nothing');
    expect(said).toMatch(/✓ (\d\d) of \1 acknowledged edits are on the disk/);
    expect(said).toMatch(/\(When it was killed, [1-9]\d* more had no answer yet\.\)/);
    expect(said).toMatch(/✓ (\d\d) of \1 edits of both devices are stored/);
    expect(stdout).toMatch(/├── com\.whtwnd\.blog +1 document /);
    expect(stdout).toMatch(/└── xyz\.groundmist\.library +3 documents/);
    expect(said).toContain('{+again: +}A Pattern Language');
    expect(said).toContain('./groundmist init asks a few questions ./groundmist serve runs it');
    expect(stdout).not.toContain('\u001B');
    expect([...readdirSync(folder.path), ...processesOf(binary.path)]).toEqual([]);
  });

  test('two at a time, among settings and data of the person’s own, which stay as they are', async () => {
    using folder = temporaryFolder();
    using mine = temporaryFolder();
    const text = 'this is no env file\n';
    for (const name of ['.env', 'groundmist.env']) writeFileSync(mine.at(name), text);
    const env = {
      TMPDIR: folder.path,
      DATA_DIR: mine.at('data'),
      GROUNDMIST_ENV_FILE: mine.at('groundmist.env'),
      GROUNDMIST_LISTEN: '0.0.0.0',
      GROUNDMIST_HOST: 'sync.example.com',
      GROUNDMIST_STORE: 'nodefs',
      GROUNDMIST_PLC_URL: 'https://plc.invalid',
      ATPROTO_DID: 'did:plc:notmine',
      PORT: 'x',
      HTTP_PROXY: 'http://127.0.0.1:9',
      http_proxy: 'http://127.0.0.1:9',
    };
    const options = { env, cwd: mine.path };
    const outcomes = await Promise.all([
      binary.run(['demo', '--exit', '--quiet'], options),
      binary.run(['demo', '--exit', '--quiet'], options),
    ]);
    expect(outcomes.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([
      { exitCode: 0, stderr: '' },
      { exitCode: 0, stderr: '' },
    ]);
    expect(readdirSync(mine.path).toSorted()).toEqual(['.env', 'groundmist.env']);
    expect(readFileSync(mine.at('groundmist.env'), 'utf8')).toBe(text);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('the server stays up to be looked at; SIGTERM to the demo alone ends it too', async () => {
    using folder = temporaryFolder();
    const child = binary.start(['demo'], { env: { TMPDIR: folder.path } });
    const said = flat(await hears(child.stdout, staysUp)).replaceAll(' \\ ', ' ');
    const [, place = 'none was named'] = / inspect --data-dir (\S+)/.exec(said) ?? [];
    const dump = await binary.run(['inspect', '--data-dir', place, '--dump', 'com.whtwnd.blog']);
    expect(dump.stdout).toContain('"A server in the cupboard"');
    const list = await binary.run(['app', 'list', '--json', '--data-dir', place]);
    expect(JSON.parse(list.stdout).apps).toHaveLength(3);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(143);
    expect([...readdirSync(folder.path), ...processesOf(binary.path)]).toEqual([]);
  });

  test.each([
    ['SIGINT', 'Listening on', 130],
    ['SIGINT', 'Both write into a diary', 130],
    ['SIGHUP', 'Both have the list open', 129],
  ] as const)(
    '%s in the middle of it (%s) is no failure, and leaves nothing',
    async (signal, moment, code) => {
      using folder = temporaryFolder();
      const child = binary.start(['demo'], { env: { TMPDIR: folder.path } });
      await hears(child.stdout, moment);
      child.kill(signal);
      expect(await child.exited).toBe(code);
      expect(await new Response(child.stderr).text()).toBe(`${over}\n`);
      expect([...readdirSync(folder.path), ...processesOf(binary.path)]).toEqual([]);
    },
  );

  test('a reader that has seen enough ends it, as with `head`', async () => {
    using folder = temporaryFolder();
    const command = `'${binary.path}' demo | head -3; echo "\${PIPESTATUS[0]}"`;
    const shell = Bun.spawnSync(['bash', '-c', command], { env: { ...process.env, TMPDIR: folder.path } });
    expect(shell.stdout.toString()).toEndWith('\n0\n');
    expect([...readdirSync(folder.path), ...processesOf(binary.path)]).toEqual([]);
  });

  test('where it can write nothing it says so, and what to do', async () => {
    const { exitCode, stdout, stderr } = await binary.run(['demo'], { env: { TMPDIR: '/dev/zero' } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('cannot make a folder in /dev/zero: it is not a folder.');
  });
});

describe('on a terminal', () => {
  test('a person goes on with a key, says no, sees what that does, and ends it with q', async () => {
    const anyKey = [key, ' '] as const;
    const { exitCode, shown, left } = await onTerminal(
      ['demo'],
      [anyKey, [question, 'n'], anyKey, anyKey, anyKey, anyKey, anyKey, anyKey, [staysUp, 'q']],
    );
    expect(exitCode).toBe(0);
    const said = flat(shown);
    expect(said).toMatch(/groundmist app deny (\w+) .* may not sync .* groundmist app approve \1 /);
    expect(said).toContain('It is told: 403 NotPermitted, “The owner of this server said no to this app.”');
    expect(said).toContain('It asks again, and is told the same; you are not bothered.');
    // Drawn in place, and seen in the middle of it.
    expect(shown).toContain('\u001B[6A');
    expect(said).toMatch(/│ - A Patt[^│]* │/);
    expect(said).toContain('phone is typing');
    expect(said).toContain('no server');
    expect(said).toMatch(/✓ (\d\d) of \1 edits of both devices are stored/);
    expect(said).toContain(over);
    expect(left).toEqual([]);
  });

  test('yes lets the phone in, and Ctrl-C in the middle of a scene ends it at once', async () => {
    const { exitCode, shown, left } = await onTerminal(
      ['demo'],
      [
        [key, ' '],
        [question, 'y'],
        [key, '\r'],
        ['is typing', controlC],
      ],
      { NO_COLOR: '1' },
    );
    expect(exitCode).toBe(130);
    expect(flat(shown)).toMatch(/\[Y\/n\] y \$ groundmist app approve /);
    expect(colours.filter((colour) => shown.includes(colour))).toEqual([]);
    expect(left).toEqual([]);
  });

  test.each([
    ['Ctrl-C', 'a key', [[key, controlC]]],
    ['Ctrl-D', 'a key', [[key, controlD]]],
    [
      'Ctrl-C',
      'an answer',
      [
        [key, ' '],
        [question, controlC],
      ],
    ],
    [
      'Ctrl-D',
      'an answer',
      [
        [key, ' '],
        [question, controlD],
      ],
    ],
  ] as const)('%s ends it too while it waits for %s', async (_, __, answers) => {
    const { exitCode, left } = await onTerminal(['demo'], answers);
    expect(exitCode).toBe(130);
    expect(left).toEqual([]);
  });

  test.each([
    ['a key', key],
    ['an answer', question],
  ])('a terminal that closes while it waits for %s ends it, and nothing is left', async (_, moment) => {
    using folder = temporaryFolder();
    let shown = '';
    const type = answering([
      [key, ' '],
      [question, 'y'],
    ]);
    const child = Bun.spawn([binary.path, 'demo'], {
      env: { PATH: process.env['PATH'], HOME: folder.path, TMPDIR: folder.path, TERM: 'xterm' },
      terminal: {
        cols: 100,
        rows: 40,
        data(terminal, bytes) {
          shown += Buffer.from(bytes).toString();
          if (shown.includes(moment)) return terminal.close();
          const typed = type(shown);
          if (typed !== undefined) terminal.write(typed);
        },
      },
    });
    // SIGHUP or the end of the input, whichever is heard first.
    expect([129, 130]).toContain(await child.exited);
    expect([...readdirSync(folder.path), ...processesOf(binary.path)]).toEqual([]);
  });

  test('with --yes the question is answered, and with --exit nobody is waited for; a dumb terminal gets plain lines', async () => {
    const yes = await onTerminal(
      ['demo', '--yes'],
      [
        [key, ' '],
        [key, controlC],
      ],
    );
    expect(yes.shown).not.toContain(question);
    expect(flat(yes.shown)).toContain('so the demo says yes:');
    const { exitCode, shown, left } = await onTerminal(['demo', '--exit'], [], { TERM: 'dumb' });
    expect(exitCode).toBe(0);
    expect(shown).not.toContain('\u001B');
    expect(shown).not.toContain(key);
    expect(left).toEqual([]);
  });
});
