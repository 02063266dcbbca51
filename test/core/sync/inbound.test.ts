import { expect, test } from 'bun:test';
import { Inbound } from '../../../src/core/sync/inbound.ts';
import { TestClock } from '../../support/clock.ts';

function open() {
  const clock = new TestClock();
  const socket = {
    isPaused: false,
    pause: () => void (socket.isPaused = true),
    resume: () => void (socket.isPaused = false),
  };
  const limits = { inboundBytes: 100_000, messagesAtOnce: 100, messagesPerSecond: 10 };
  const measures = { pauses: 0 };
  const inbound = new Inbound(socket, { clock, limits, measures });
  return { clock, socket, inbound, measures };
}

function count(inbound: Inbound, messages: number): void {
  for (let n = 0; n < messages; n++) inbound.count();
}

test('a socket that sends too many messages is not read until it has earned more', () => {
  const { clock, socket, inbound } = open();
  count(inbound, 100);
  expect(socket.isPaused).toBe(false);
  count(inbound, 1);
  expect(socket.isPaused).toBe(true);
  clock.advance(999);
  expect(socket.isPaused).toBe(true);
  clock.advance(1);
  expect(socket.isPaused).toBe(false);
  count(inbound, 9);
  expect(socket.isPaused).toBe(false);
  count(inbound, 1);
  expect(socket.isPaused).toBe(true);
});

test('what was read before the pause is owed: it lasts so much longer', () => {
  const { clock, socket, inbound } = open();
  count(inbound, 125);
  clock.advance(2_000);
  expect(socket.isPaused).toBe(true);
  clock.advance(1_000);
  expect(socket.isPaused).toBe(false);
});

test('a socket that keeps below the rate is never paused', () => {
  const { clock, socket, inbound } = open();
  for (let second = 0; second < 1_000; second++) {
    count(inbound, 10);
    clock.advance(1_000);
    expect(socket.isPaused).toBe(false);
  }
});

test('a socket is not read while much of it waits, and is read again before all is done', () => {
  const { socket, inbound } = open();
  expect(inbound.hold(20_000, false)).toBe(true);
  expect(socket.isPaused).toBe(false);
  expect(inbound.hold(10_000, false)).toBe(true);
  expect(socket.isPaused).toBe(true);
  inbound.release(10_000);
  expect(socket.isPaused).toBe(true);
  inbound.release(20_000);
  expect(socket.isPaused).toBe(false);
});

test('what goes on arriving all the same is too much, and small messages count for what they cost', () => {
  const { inbound } = open();
  let held = 0;
  while (inbound.hold(1, false)) held += 1;
  expect(held).toBe(Math.floor(100_000 / 257));
});

test('who does not read what it is told may say so much and no more until it reads', () => {
  const { inbound } = open();
  const say = (): boolean => {
    const isHeld = inbound.hold(50_000, true);
    inbound.release(50_000);
    return isHeld;
  };
  expect([say(), say()]).toEqual([true, false]);
  inbound.drain();
  expect(say()).toBe(true);
});

test('a socket that is gone is let go of', () => {
  const { clock, socket, inbound } = open();
  inbound.hold(30_000, false);
  count(inbound, 101);
  inbound.stop();
  expect(clock.pendingCount).toBe(0);
  inbound.release(30_000);
  expect(socket.isPaused).toBe(true);
});
