import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import { Patience } from '../../../src/features/demo/patience.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { systemClock, type Clock } from '../../../src/platform/clock.ts';
import { rejectionOf } from '../../support/rejection.ts';

const never = new Promise<never>(() => {});

test('what comes in time is given, and nothing is left of the wait', async () => {
  let waits = 0;
  const after: Clock['after'] = () => {
    waits += 1;
    return () => void (waits -= 1);
  };
  const patience = new Patience({ ...systemClock, after }, new AbortController().signal);
  expect(await patience.for('an answer', Promise.resolve(42))).toBe(42);
  expect(waits).toBe(0);
});

test('what does not come fails with its name', async () => {
  const after: Clock['after'] = (_, action) => {
    action();
    return () => {};
  };
  const patience = new Patience({ ...systemClock, after }, new AbortController().signal);
  const { message } = await rejectionOf(patience.for('the answer to the phone', never));
  expect(message).toBe('Nothing came within 30 s: the answer to the phone.');
});

test('Ctrl-C ends a wait, and so does a server that has ended', async () => {
  const leaving = new AbortController();
  const patience = new Patience(systemClock, leaving.signal);
  const left = patience.for('an answer', never);
  leaving.abort(new Cancelled('SIGINT'));
  expect(await rejectionOf(left)).toBeInstanceOf(Cancelled);
  const broken = new Patience(systemClock, new AbortController().signal);
  broken.fail(new Failure('Internal', 'The server has ended.'));
  expect((await rejectionOf(broken.for('an answer', never))).message).toBe('The server has ended.');
});
