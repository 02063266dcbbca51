import { expect, test } from 'bun:test';
import { RateLimiter } from '../../src/platform/limits.ts';

const limit = { burst: 3, everyMs: 1000, mostKeys: 10 };
const start = 1_000_000;

/** How many of `count` at this moment are allowed. */
function allowed(limiter: RateLimiter, key: string, now: number, count = 10): number {
  return Array.from({ length: count }, () => limiter.take(key, now)).filter(Boolean).length;
}

test('a burst is let through, then one for each interval', () => {
  const limiter = new RateLimiter(limit);
  expect(allowed(limiter, 'a', start)).toBe(3);
  expect(allowed(limiter, 'a', start + 999)).toBe(0);
  expect(allowed(limiter, 'a', start + 1000)).toBe(1);
  expect(allowed(limiter, 'a', start + 3000)).toBe(2);
});

test('a pause brings back one burst, however long it was', () => {
  const limiter = new RateLimiter(limit);
  allowed(limiter, 'a', start);
  expect(allowed(limiter, 'a', start + 86_400_000)).toBe(3);
});

test('refusals cost nothing: whoever keeps knocking is let in as soon as whoever waits', () => {
  const limiter = new RateLimiter(limit);
  allowed(limiter, 'a', start, 1000);
  expect(allowed(limiter, 'a', start + 1000)).toBe(1);
});

test('one key does not pay for another', () => {
  const limiter = new RateLimiter(limit);
  allowed(limiter, 'a', start);
  expect(allowed(limiter, 'b', start)).toBe(3);
});

test('of too many keys the one unheard of for longest is forgotten', () => {
  const limiter = new RateLimiter({ ...limit, mostKeys: 2 });
  for (const key of ['a', 'b', 'a', 'c']) allowed(limiter, key, start);
  expect(allowed(limiter, 'a', start)).toBe(0);
  expect(allowed(limiter, 'b', start)).toBe(3);
});

test('a clock that is set back locks nobody out', () => {
  const limiter = new RateLimiter(limit);
  allowed(limiter, 'a', start);
  expect(allowed(limiter, 'a', start - 86_400_000)).toBe(3);
  expect(allowed(limiter, 'a', start - 86_400_000)).toBe(0);
});
