import { expect, test } from 'bun:test';
import { ReplayWindow } from '../../../src/core/auth/replay.ts';
import { Failure } from '../../../src/core/failure.ts';

test('a key is new once, until the window has passed', () => {
  const replays = new ReplayWindow({ capacity: 10, keepMs: 1000 });
  expect(replays.claim('a', 0)).toBe(true);
  expect(replays.claim('a', 0)).toBe(false);
  expect(replays.claim('a', 999)).toBe(false);
  expect(replays.claim('b', 999)).toBe(true);
  expect(replays.claim('a', 1000)).toBe(true);
});

test('a full window refuses what is new and keeps what it remembers', () => {
  const replays = new ReplayWindow({ capacity: 2, keepMs: 1000 });
  replays.claim('a', 0);
  replays.claim('b', 500);
  expect(() => replays.claim('c', 999)).toThrow(Failure);
  expect(replays.claim('a', 999)).toBe(false);
  expect(replays.claim('c', 1000)).toBe(true);
  expect(replays.claim('b', 1000)).toBe(false);
});
