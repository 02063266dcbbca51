import { expect, test } from 'bun:test';
import { Checks } from '../../../src/core/sync/checks.ts';
import { eventually } from '../../support/eventually.ts';
import { TestClock } from '../../support/clock.ts';

/** Checks of numbers; those of `stored` are found until they were checked, the bad ones for ever. */
function open({ stored = 0, mostWaiting = 10, isBad = (number: number): boolean => number < 0 } = {}) {
  const clock = new TestClock();
  const unchecked = new Set(Array.from({ length: stored }, (_, number) => number));
  const checked: number[] = [];
  let mostWaited = 0;
  const checks: Checks<number> = new Checks({
    clock,
    soonMs: 1_000,
    laterMs: 5_000,
    mostWaiting,
    async check(number) {
      mostWaited = Math.max(mostWaited, checks.size);
      await Bun.sleep(0);
      checked.push(number);
      if (!isBad(number)) unchecked.delete(number);
    },
    find: async (limit) => [...unchecked].slice(0, limit),
  });
  const rest = () => eventually('nothing waits', () => checks.size === 0);
  return { clock, checks, checked, rest, mostWaited: () => mostWaited, unchecked };
}

test('what is stored and was never looked at is found, some at a time', async () => {
  const { checks, checked, rest, mostWaited } = open({ stored: 95 });
  checks.addFound();
  await rest();
  expect(new Set(checked).size).toBe(95);
  expect(mostWaited()).toBeLessThan(12);
});

test('more than may wait is found again', async () => {
  const { checks, rest, unchecked, mostWaited } = open();
  for (let number = 0; number < 1_000; number++) {
    unchecked.add(number);
    checks.add(number);
  }
  await rest();
  expect(unchecked.size).toBe(0);
  expect(mostWaited()).toBeLessThan(60);
});

test('what cannot be looked at is not tried for ever', async () => {
  const { checks, checked, rest } = open({ stored: 25, isBad: (number) => number % 2 === 0 });
  checks.addFound();
  await rest();
  expect(checked.length).toBeLessThan(60);
  expect(checked).toContain(17);
});

test('what cannot be looked at hides nothing behind it', async () => {
  const { checks, checked, rest, unchecked } = open({ stored: 45, isBad: (number) => number < 40 });
  checks.addFound();
  await rest();
  expect(unchecked.size).toBe(40);
  expect(checked).toHaveLength(45);
});

test('what changes while it is looked at, and finds no room to wait, is found again', async () => {
  let changes = 1;
  const isBad = (number: number): boolean => {
    if (number !== 0 || changes === 0) return false;
    changes -= 1;
    checks.addLater(0);
    return true;
  };
  const { checks, checked, unchecked } = open({ stored: 1, isBad });
  for (let number = 100; number < 110; number++) checks.addLater(number);
  checks.addFound();
  await eventually('nothing else is left', () => checks.size === 10);
  expect(unchecked.size).toBe(0);
  expect(checked).toEqual([0, 0]);
  checks.stop();
});

test('what goes on changing is looked at once its time has come, with one timer for all', async () => {
  const { clock, checks, checked, rest } = open();
  for (const number of [1, 2, 3]) checks.addSoon(number);
  clock.advance(600);
  checks.addSoon(1);
  checks.addSoon(4);
  expect(clock.pendingCount).toBe(1);
  clock.advance(400);
  await eventually('three are done', () => checked.length === 3);
  expect(checked).toEqual([1, 2, 3]);
  clock.advance(600);
  await rest();
  expect(checked).toEqual([1, 2, 3, 4]);
  expect(clock.pendingCount).toBe(0);
});

test('once stopped nothing begins', () => {
  const { clock, checks, checked } = open({ stored: 5 });
  checks.addSoon(1);
  checks.stop();
  checks.add(2);
  checks.addSoon(3);
  checks.addFound();
  expect(checks.size).toBe(0);
  expect(clock.pendingCount).toBe(0);
  expect(checked).toEqual([]);
});

test('what is to be looked at soon does not wait for its later time, nor twice', async () => {
  const { clock, checks, checked, rest } = open();
  checks.addLater(1);
  checks.addLater(2);
  checks.addSoon(1);
  checks.addLater(1);
  clock.advance(1_000);
  await eventually('one is done', () => checked.length === 1);
  clock.advance(4_000);
  await rest();
  expect(checked).toEqual([1, 2]);
});

test('what is large waits for as many turns as it is told, and keeps its time', async () => {
  const { clock, checks, checked, rest } = open();
  checks.addLater(1, 3);
  checks.addLater(2);
  for (let turn = 1; turn <= 2; turn += 1) {
    clock.advance(5_000);
    checks.addLater(1, 3);
    await eventually('the other is done', () => checks.size === 1);
    expect(checked).toEqual([2]);
  }
  clock.advance(5_000);
  await rest();
  expect(checked).toEqual([2, 1]);
  checks.addLater(3, 9);
  checks.addSoon(3);
  clock.advance(1_000);
  await rest();
  checks.addLater(3);
  clock.advance(5_000);
  await rest();
  expect(checked).toEqual([2, 1, 3, 3]);
});
