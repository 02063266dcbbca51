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

test('a terminal that does not know its size, as one that a program opened, is taken for a usual one', () => {
  const written: Written = { stdout: [], stderr: [] };
  const unknown = { ...streams(written).stdout, columns: 0, rows: 0 };
  expect(createTerminal(streams(written, { stdout: unknown }), {}, talk)).toMatchObject({
    width: 80,
    height: 24,
  });
});
