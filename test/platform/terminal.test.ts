import { expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import { createTerminal, InputTooLong, OutputClosed, type Streams } from '../../src/platform/terminal.ts';

const talk = { isQuiet: false, isVerbose: false };

interface Written {
  readonly stdout: string[];
  readonly stderr: string[];
}

function streams(written: Written, change: Partial<Streams> = {}): Streams {
  const stream = (lines: string[]) => ({
    write: (text: string, done: (error?: Error | null) => void) => {
      lines.push(text);
      done();
    },
    on: () => {},
  });
  return {
    stdin: Readable.from([]),
    stdout: stream(written.stdout),
    stderr: stream(written.stderr),
    ...change,
  };
}

test('results go to stdout, talk and problems to stderr', async () => {
  const written: Written = { stdout: [], stderr: [] };
  const terminal = createTerminal(streams(written), {}, talk);
  await terminal.result('answer');
  terminal.note('note');
  terminal.problem('problem');
  expect(written).toEqual({ stdout: ['answer\n'], stderr: ['note\n', 'problem\n'] });
});

test('talk keeps its lines and cannot command the terminal', () => {
  const written: Written = { stdout: [], stderr: [] };
  const terminal = createTerminal(streams(written), {}, talk);
  terminal.problem('a\u001b[2J\r\nb\u202e');
  terminal.note('\u0007');
  expect(written.stderr).toEqual(['a\\u001b[2J\\u000d\nb\\u202e\n', '\\u0007\n']);
});

test('--quiet leaves results and problems', async () => {
  const written: Written = { stdout: [], stderr: [] };
  const terminal = createTerminal(streams(written), {}, { ...talk, isQuiet: true });
  await terminal.result('answer');
  terminal.note('note');
  terminal.problem('problem');
  expect(written).toEqual({ stdout: ['answer\n'], stderr: ['problem\n'] });
});

test('a result waits until it is written', async () => {
  let finish: (() => void) | undefined;
  const stdout = { write: (_: string, done: () => void) => void (finish = done), on: () => {} };
  const terminal = createTerminal(streams({ stdout: [], stderr: [] }, { stdout }), {}, talk);
  let isWritten = false;
  const result = terminal.result('answer').then(() => (isWritten = true));
  await Promise.resolve();
  expect(isWritten).toBe(false);
  finish?.();
  await result;
  expect(isWritten).toBe(true);
});

test.each(['EPIPE', 'ERR_STREAM_DESTROYED'])('%s means that nobody reads on', async (code) => {
  const stdout = {
    write: (_: string, done: (error: Error) => void) => done(Object.assign(new Error(code), { code })),
    on: () => {},
  };
  const terminal = createTerminal(streams({ stdout: [], stderr: [] }, { stdout }), {}, talk);
  expect(await terminal.result('answer').catch((error: unknown) => error)).toBeInstanceOf(OutputClosed);
});

test('a full disk is a problem of its own', async () => {
  const stdout = {
    write: (_: string, done: (error: Error) => void) =>
      done(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    on: () => {},
  };
  const terminal = createTerminal(streams({ stdout: [], stderr: [] }, { stdout }), {}, talk);
  expect(await terminal.result('answer').catch((error: unknown) => error)).toMatchObject({
    message: 'The output cannot be written: full.',
  });
});

test('colour is for a terminal that does not say NO_COLOR and is not dumb', () => {
  const written: Written = { stdout: [], stderr: [] };
  const plain = streams(written);
  const colourful = { ...plain, stdout: { ...plain.stdout, isTTY: true } };
  const hasColor = (from: Streams, environment: Record<string, string>) =>
    createTerminal(from, environment, talk).hasColor;
  expect([
    hasColor(colourful, {}),
    hasColor(colourful, { NO_COLOR: '' }),
    hasColor(colourful, { NO_COLOR: '1' }),
    hasColor(colourful, { TERM: 'dumb' }),
    hasColor(plain, {}),
  ]).toEqual([true, true, false, false, false]);
});

test('a person is there only where both stdin and stderr are a terminal', () => {
  const plain = streams({ stdout: [], stderr: [] });
  const stdin = Object.assign(Readable.from([]), { isTTY: true });
  const stderr = { ...plain.stderr, isTTY: true };
  const isInteractive = (change: Partial<Streams>) =>
    createTerminal({ ...plain, ...change }, {}, talk).isInteractive;
  expect([isInteractive({ stdin, stderr }), isInteractive({ stdin }), isInteractive({ stderr })]).toEqual([
    true,
    false,
    false,
  ]);
});

test('input is read whole, a letter over two chunks too, and up to a limit', async () => {
  const bytes = Buffer.from('é!');
  const read = (limitBytes: number) => {
    const stdin = Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]);
    return createTerminal(streams({ stdout: [], stderr: [] }, { stdin }), {}, talk).readInput(limitBytes);
  };
  expect(await read(3)).toBe('é!');
  expect(await read(2).catch((error: unknown) => error)).toBeInstanceOf(InputTooLong);
});

test('a terminal that says it has no columns is as wide as any', () => {
  const stdout = { write: () => {}, on: () => {}, columns: 0, rows: 0 };
  const terminal = createTerminal(streams({ stdout: [], stderr: [] }, { stdout }), {}, talk);
  expect([terminal.width, terminal.height]).toEqual([80, 24]);
});

test('to a journal each line goes with its priority', () => {
  const written: Written = { stdout: [], stderr: [] };
  const terminal = createTerminal(streams(written), {}, { ...talk, isJournal: true });
  terminal.note('note');
  terminal.problem('two\nlines');
  terminal.log('{"level":"warning"}', 4);
  expect(written.stderr).toEqual(['<6>note\n', '<3>two\n<3>lines\n', '<4>{"level":"warning"}\n']);
});

test('problems have no secrets; in talk a URL stays as a person has to open it', () => {
  const written: Written = { stdout: [], stderr: [] };
  const terminal = createTerminal(streams(written), {}, talk);
  const url = 'https://pds.example.com/authorize?state=abc';
  terminal.note(`${url} gms_abc`);
  terminal.problem(`${url} gms_abc`);
  expect(written.stderr).toEqual([
    `${url} [hidden]\n`,
    'https://pds.example.com/authorize?state=[hidden] [hidden]\n',
  ]);
});

test('of a log that nobody reads a bounded part waits, and the rest is lost until somebody does', () => {
  const taken: (() => void)[] = [];
  const stderr = { write: (_text: string, done: () => void) => taken.push(done), on: () => {} };
  const terminal = createTerminal(streams({ stdout: [], stderr: [] }, { stderr }), {}, talk);
  const line = 'x'.repeat(100_000);
  const results = Array.from({ length: 20 }, () => terminal.log(line, 6));
  expect(results.filter(Boolean)).toHaveLength(10);
  for (const done of taken) done();
  expect(terminal.log(line, 6)).toBe(true);
});

test('a log whose reader has gone, or whose disk is full, is as good as written', () => {
  const failed = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  const stderr = { write: (_text: string, done: (error: Error) => void) => done(failed), on: () => {} };
  const terminal = createTerminal(streams({ stdout: [], stderr: [] }, { stderr }), {}, talk);
  for (let count = 0; count < 100; count += 1) expect(terminal.log('x'.repeat(100_000), 6)).toBe(true);
});
