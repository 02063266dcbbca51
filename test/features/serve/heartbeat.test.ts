import { expect, test } from 'bun:test';
import { Heartbeat } from '../../../src/features/serve/heartbeat.ts';
import { TestClock } from '../../support/clock.ts';

function listener(patienceMs?: number) {
  const heard: object[] = [];
  return { heard, supervisor: { patienceMs, tell: (state: object) => void heard.push(state) } };
}

test('while it starts it asks for more time, for as long as its event loop runs', () => {
  const clock = new TestClock();
  const { heard, supervisor } = listener();
  using heartbeat = new Heartbeat(supervisor, clock);
  clock.advance(20_000);
  expect(heard).toHaveLength(3);
  expect(heard.at(-1)).toMatchObject({ EXTEND_TIMEOUT_USEC: 60_000_000 });
  heartbeat.ready(() => 'fine');
  expect(heard.at(-1)).toEqual({ READY: 1, WATCHDOG: 1, STATUS: 'fine' });
});

test('once it is ready it says so three times as often as it must, in the words of the moment', () => {
  const clock = new TestClock();
  const { heard, supervisor } = listener(60_000);
  using heartbeat = new Heartbeat(supervisor, clock);
  let status = 'one';
  heartbeat.ready(() => status);
  heard.length = 0;
  status = 'two';
  clock.advance(60_000);
  expect(heard).toHaveLength(3);
  for (const word of heard) expect(word).toEqual({ READY: 1, WATCHDOG: 1, STATUS: 'two' });
  heartbeat.beat();
  expect(heard).toHaveLength(4);
});

test('its last word is that it stops', () => {
  const clock = new TestClock();
  const { heard, supervisor } = listener(60_000);
  using heartbeat = new Heartbeat(supervisor, clock);
  heartbeat.ready(() => 'fine');
  heartbeat.stopping();
  clock.advance(600_000);
  expect(heard.at(-1)).toMatchObject({ STOPPING: 1 });
});

test('without a supervisor there is no timer', () => {
  const clock = new TestClock();
  using heartbeat = new Heartbeat(undefined, clock);
  heartbeat.ready(() => expect.unreachable());
  expect(clock.pendingCount).toBe(0);
});
