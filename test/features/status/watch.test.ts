import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import { watchStatus, type Watching } from '../../../src/features/status/watch.ts';
import type { Status } from '../../../src/features/status/status.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { sampleStatus } from './sample-status.ts';

/** Watches so many looks of which each is one of `answers`, and leaves in the pause after the last. */
async function watch(
  form: Watching['form'],
  answers: readonly (Status | Error)[],
  height = 24,
): Promise<string> {
  const terminal = recordingTerminal({ height });
  const leaving = new AbortController();
  let looks = 0;
  await watchStatus({
    async ask() {
      const answer = answers[looks] ?? expect.unreachable();
      looks += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    describe: ({ uptimeSeconds }) =>
      form === 'json' ? JSON.stringify({ uptimeSeconds }) : `up ${uptimeSeconds}`,
    form,
    terminal,
    now: () => Date.UTC(2025, 10, 21),
    async pause() {
      if (looks === answers.length) leaving.abort();
    },
    signal: leaving.signal,
  });
  return terminal.output();
}

const gone = new Failure('ServerUnreachable', 'Groundmist is not running any more.');
const up = (uptimeSeconds: number): Status => sampleStatus({ uptimeSeconds });

test('in a pipe one look follows the other, and a restart of the server is survived', async () => {
  expect(await watch('text', [up(1), gone, up(0)])).toBe(
    'up 1\n\n2025-11-21 00:00:00Z  no status\n\nGroundmist is not running any more.\n\nup 0\n\n',
  );
});

test('as JSON each look is a line, also one that nobody answers', async () => {
  const lines = (await watch('json', [up(1), gone, up(0)])).trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { uptimeSeconds: 1 },
    {
      at: '2025-11-21T00:00:00.000Z',
      error: 'ServerUnreachable',
      message: 'Groundmist is not running any more.',
    },
    { uptimeSeconds: 0 },
  ]);
});

test('on a screen each look is drawn over the last one, and the screen is given back', async () => {
  const output = await watch('screen', [up(1), up(2)]);
  expect(output).toStartWith('\u001b[?1049h\u001b[?25l\u001b[Hup 1');
  expect(output.split('\u001b[H')).toHaveLength(3);
  expect(output).toEndWith('\u001b[?25h\u001b[?1049l\n');
});

test('a screen is never scrolled', async () => {
  const output = await watch('screen', [sampleStatus()], 1);
  expect(output.split('\u001b[?25h')[0]?.match(/\n/g)).toHaveLength(1);
});

test('the screen is given back where something fails that is no answer of the server', async () => {
  const terminal = recordingTerminal();
  let looks = 0;
  const watching = watchStatus({
    ask: () => (looks++ === 0 ? Promise.resolve(up(1)) : Promise.reject(new TypeError('a mistake'))),
    describe: () => 'up',
    form: 'screen',
    terminal,
    now: () => 0,
    pause: async () => {},
    signal: new AbortController().signal,
  });
  expect(await watching.catch((error: unknown) => String(error))).toBe('TypeError: a mistake');
  expect(terminal.output()).toEndWith('\u001b[?1049l\n');
});

test('whoever leaves while the server does not answer is not kept waiting', async () => {
  const leaving = new AbortController();
  const watching = watchStatus({
    ask: () => new Promise(() => {}),
    describe: () => '',
    form: 'text',
    terminal: recordingTerminal(),
    now: () => 0,
    pause: async () => {},
    signal: leaving.signal,
  });
  leaving.abort();
  expect(await watching).toBeUndefined();
});

test('a screen too low for all of it says how many lines are missing', async () => {
  const output = await watch('screen', [new Failure('ServerUnreachable', 'One\nTwo\nThree')], 3);
  expect(output).toContain('2025-11-21 00:00:00Z  no status\u001b[K\n… 2 more lines\u001b[K');
});
