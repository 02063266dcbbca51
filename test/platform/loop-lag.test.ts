import { expect, test } from 'bun:test';
import { LoopLag } from '../../src/platform/loop-lag.ts';
import { TestClock } from '../support/clock.ts';

/** A clock whose timers come late, as those of a busy process do. */
class LateClock extends TestClock {
  lateMs = 0;

  override after(delayMs: number, action: () => void): () => void {
    return super.after(delayMs + this.lateMs, action);
  }
}

test('nothing is looked at, and no timer runs, before somebody asks', () => {
  const clock = new LateClock();
  using lag = new LoopLag(clock);
  expect(clock.pendingCount).toBe(0);
  lag.read();
  expect(clock.pendingCount).toBe(1);
});

test('what is late is told by how much', () => {
  const clock = new LateClock();
  using lag = new LoopLag(clock);
  lag.read();
  clock.advance(3_000);
  clock.lateMs = 40;
  clock.advance(3_000);
  const { buckets, count, sum } = lag.read();
  const below = new Map(buckets);
  // The third timer was set before the process got busy.
  expect([count, below.get(1), below.get(25), below.get(50)]).toEqual([5, 4, 4, 5]);
  expect(sum).toBe(40);
});

test('some minutes after the last time somebody asked it stops', () => {
  const clock = new LateClock();
  using lag = new LoopLag(clock);
  lag.read();
  clock.advance(3_600_000);
  expect(clock.pendingCount).toBe(0);
  const { count } = lag.read();
  expect(count).toBe(300);
  expect(clock.pendingCount).toBe(1);
});

test('it ends with who made it', () => {
  const clock = new LateClock();
  const lag = new LoopLag(clock);
  lag.read();
  lag[Symbol.dispose]();
  expect(clock.pendingCount).toBe(0);
});
