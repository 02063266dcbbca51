import { describe, expect, test } from 'bun:test';
import { ownProcess, SpareMemory, type MemoryUser } from '../../src/platform/spare-memory.ts';
import { TestClock } from '../support/clock.ts';

const megabyte = 2 ** 20;

/** A process that holds `used` and, until it is collected, `garbage`. */
class FakeProcess implements MemoryUser {
  used = 60 * megabyte;
  garbage = 0;
  cpu = 0;
  collections = 0;

  cpuMs = (): number => this.cpu;
  isTold = true;
  heldBytes = (): number | undefined => (this.isTold ? this.used + this.garbage : undefined);

  collect(): void {
    this.collections += 1;
    this.garbage = 0;
  }
}

function open() {
  const clock = new TestClock();
  const user = new FakeProcess();
  const memory = new SpareMemory(clock, user);
  return {
    clock,
    user,
    memory,
    work(garbage: number) {
      memory.noteWork();
      user.garbage += garbage;
      user.cpu += 500;
    },
  };
}

describe('what work has left behind', () => {
  test('is given back once the process is quiet', () => {
    const { clock, user, work } = open();
    work(50 * megabyte);
    clock.advance(10_000);
    expect(user.collections).toBe(1);
    expect(user.heldBytes()).toBe(60 * megabyte);
  });

  test('is given back later where the system does not tell for a while', () => {
    const { clock, user, work } = open();
    work(50 * megabyte);
    user.isTold = false;
    clock.advance(60_000);
    expect(user.collections).toBe(0);
    user.isTold = true;
    clock.advance(60_000);
    expect(user.collections).toBe(1);
  });

  test('stays while it is busy', () => {
    const { clock, user, work } = open();
    for (let step = 0; step < 100; step++) {
      work(10 * megabyte);
      clock.advance(300);
    }
    expect(user.collections).toBe(0);
    clock.advance(3_000);
    expect(user.collections).toBe(1);
  });

  test('is not worth a pause where it is little', () => {
    const { clock, user, work } = open();
    work(megabyte);
    clock.advance(10_000);
    expect(user.collections).toBe(0);
  });

  test('adds up until it is', () => {
    const { clock, user, work } = open();
    for (let burst = 0; burst < 20; burst++) {
      work(megabyte);
      clock.advance(10_000);
    }
    expect(user.collections).toBe(2);
  });

  test('is given back also where it comes some seconds after the work', () => {
    const { clock, user, work } = open();
    work(0);
    clock.advance(3_500);
    user.garbage = 50 * megabyte;
    clock.advance(10_000);
    expect(user.collections).toBe(1);
  });
});

test('what is in use is looked for less and less often', () => {
  const { clock, user, work } = open();
  user.used += 50 * megabyte;
  for (let minute = 0; minute < 600; minute++) {
    work(0);
    clock.advance(60_000);
  }
  expect(user.collections).toBeGreaterThan(1);
  expect(user.collections).toBeLessThan(70);
});

test('what was in use is given back once it is not', () => {
  const { clock, user, work } = open();
  user.used += 50 * megabyte;
  work(0);
  clock.advance(5_000);
  expect(user.heldBytes()).toBe(110 * megabyte);
  user.used -= 50 * megabyte;
  work(50 * megabyte);
  clock.advance(15_000);
  expect(user.heldBytes()).toBe(60 * megabyte);
});

test('a quiet process is not woken: there is no timer', () => {
  const { clock, work, memory } = open();
  expect(clock.pendingCount).toBe(0);
  work(50 * megabyte);
  clock.advance(60_000);
  expect(clock.pendingCount).toBe(0);
  work(0);
  memory[Symbol.dispose]();
  expect(clock.pendingCount).toBe(0);
});

test('of this process it is known what it uses, and its garbage can be collected', () => {
  const before = ownProcess.cpuMs();
  ownProcess.collect();
  expect(ownProcess.cpuMs()).toBeGreaterThan(before);
  expect(ownProcess.heldBytes()).toBeGreaterThan(megabyte);
});
