import { expect, test } from 'bun:test';
import { ReplayWindow } from '../../../src/core/auth/replay.ts';
import { Failure } from '../../../src/core/failure.ts';
import { TestClock } from '../../support/clock.ts';

test('a key is new once, until the window has passed', () => {
  const clock = new TestClock();
  const replays = new ReplayWindow({ capacity: 10, keepMs: 1000, clock });
  expect(replays.claim('a')).toBe(true);
  expect(replays.claim('a')).toBe(false);
  clock.advance(999);
  expect(replays.claim('a')).toBe(false);
  expect(replays.claim('b')).toBe(true);
  clock.advance(1);
  expect(replays.claim('a')).toBe(true);
});

test('a full window refuses what is new and keeps what it remembers', () => {
  const clock = new TestClock();
  const replays = new ReplayWindow({ capacity: 2, keepMs: 1000, clock });
  replays.claim('a');
  clock.advance(500);
  replays.claim('b');
  clock.advance(499);
  expect(() => replays.claim('c')).toThrow(Failure);
  expect(replays.claim('a')).toBe(false);
  clock.advance(1);
  expect(replays.claim('c')).toBe(true);
  expect(replays.claim('b')).toBe(false);
});

test('a clock that is set back keeps nothing longer, so that the window does not stay full', () => {
  const clock = new TestClock();
  const replays = new ReplayWindow({ capacity: 1, keepMs: 1000, clock });
  replays.claim('a');
  clock.turnBack(24 * 60 * 60_000);
  clock.advance(1000);
  expect(replays.claim('b')).toBe(true);
});
