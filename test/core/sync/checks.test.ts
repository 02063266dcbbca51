import { expect, test } from 'bun:test';
import { Checks } from '../../../src/core/sync/checks.ts';
import { TestClock } from '../../support/clock.ts';

const delayMs = 2_000;

/** Checks that are done when the test says so. */
function openChecks(): {
  readonly checks: Checks<number>;
  readonly clock: TestClock;
  readonly begun: number[];
  finish(): Promise<void>;
} {
  const clock = new TestClock();
  const begun: number[] = [];
  const pending: (() => void)[] = [];
  const check = (id: number): Promise<void> => {
    begun.push(id);
    return new Promise((resolve) => pending.push(resolve));
  };
  return {
    checks: new Checks(check, { clock, delayMs }),
    clock,
    begun,
    async finish() {
      for (const resolve of pending.splice(0)) resolve();
      await Bun.sleep(0);
    },
  };
}

test('only so many are looked at at a time, and in the end all', async () => {
  const { checks, begun, finish } = openChecks();
  for (let id = 0; id < 100; id += 1) checks.add(id);
  expect(begun).toHaveLength(32);
  while (begun.length < 100) await finish();
  expect(begun).toEqual(Array.from({ length: 100 }, (_, id) => id));
});

test('one that waits is not looked at twice', async () => {
  const { checks, begun, finish } = openChecks();
  for (let id = 0; id < 32; id += 1) checks.add(id);
  for (let times = 0; times < 5; times += 1) checks.add(99);
  await finish();
  await finish();
  expect(begun.filter((id) => id === 99)).toHaveLength(1);
});

test('what goes on changing is looked at once for all that came in its time', () => {
  const { checks, clock, begun } = openChecks();
  for (let times = 0; times < 4; times += 1) {
    checks.addLater(7);
    clock.advance(delayMs / 4);
  }
  expect(begun).toEqual([7]);
  checks.addLater(7);
  clock.advance(delayMs);
  expect(begun).toEqual([7, 7]);
});

test('nothing is begun once it is stopped', async () => {
  const { checks, clock, begun, finish } = openChecks();
  for (let id = 0; id < 40; id += 1) checks.add(id);
  checks.addLater(77);
  checks.stop();
  checks.add(88);
  checks.addLater(99);
  clock.advance(delayMs);
  await finish();
  expect(begun).toHaveLength(32);
  expect(clock.pendingCount).toBe(0);
});
