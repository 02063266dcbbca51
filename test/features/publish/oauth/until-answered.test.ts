import { expect, test } from 'bun:test';
import { untilAnswered } from '../../../../src/features/publish/oauth/until-answered.ts';
import { Cancelled } from '../../../../src/platform/cancelled.ts';
import { rejectionOf } from '../../../support/rejection.ts';
import { recordingTerminal } from '../../../support/terminal.ts';

const expected = { redirectUri: 'http://127.0.0.1:4711/callback', state: 'mine' };
const never = new Promise<never>(() => {});
const terminal = recordingTerminal();
const { signal } = new AbortController();

test('what the browser brought is the answer', async () => {
  const parameters = new URLSearchParams('state=mine&code=x');
  const waiting = { terminal, signal, waitMs: 60_000 };
  expect(await untilAnswered(Promise.resolve(parameters), expected, waiting)).toBe(parameters);
});

test('a browser that never comes back is given up, with a sentence', async () => {
  const error = await rejectionOf(untilAnswered(never, expected, { terminal, signal, waitMs: 1000 }));
  expect(error).toMatchObject({ code: 'LoginRefused' });
  expect(error.message).toContain('Nobody allowed it within 1 s,');
});

test('Ctrl-C ends the waiting', async () => {
  const interruption = new AbortController();
  const waiting = untilAnswered(never, expected, { terminal, signal: interruption.signal, waitMs: 60_000 });
  interruption.abort(new Cancelled('SIGINT'));
  expect(await rejectionOf(waiting)).toBeInstanceOf(Cancelled);
});
