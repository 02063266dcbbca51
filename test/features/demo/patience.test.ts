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

/** A clock whose timers a test lets fire, one after the other. */
function steppedClock() {
  const timers: (() => void)[] = [];
  const delaysMs: number[] = [];
  const after: Clock['after'] = (delayMs, action) => {
    delaysMs.push(delayMs);
    timers.push(action);
    return () => void timers.splice(timers.indexOf(action), 1);
  };
  return { clock: { ...systemClock, after }, step: () => timers.shift()?.(), timers, delaysMs };
}

test('what does not come fails with its name', async () => {
  const { clock, step, timers, delaysMs } = steppedClock();
  const failing = rejectionOf(new Patience(clock, new AbortController().signal).for('the answer', never));
  while (timers.length > 0) step();
  expect((await failing).message).toBe('Nothing came within 30 s: the answer.');
  expect(delaysMs.reduce((sum, delayMs) => sum + delayMs)).toBe(30_000);
});

test('one timer that was due while the demo was stopped does not end a wait', async () => {
  const { clock, step, timers } = steppedClock();
  const answer = Promise.withResolvers<number>();
  const waiting = new Patience(clock, new AbortController().signal).for('an answer', answer.promise);
  step();
  answer.resolve(42);
  expect(await waiting).toBe(42);
  expect(timers).toEqual([]);
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
