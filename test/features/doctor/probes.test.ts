import { expect, test } from 'bun:test';
import type { Arrival } from '../../../src/features/doctor/arrival.ts';
import { Probes } from '../../../src/features/doctor/probes.ts';
import { TestClock } from '../../support/clock.ts';

const arrival: Arrival = {
  way: 'http',
  host: 'sync.example.com',
  forwardedFor: null,
  peer: '127.0.0.1',
  isPeerTrusted: true,
  address: '127.0.0.1',
  transport: 'sealed',
};

function makeProbes() {
  const clock = new TestClock();
  const randomBytes = (sizeBytes: number) => crypto.getRandomValues(new Uint8Array(sizeBytes));
  return { clock, probes: new Probes({ clock, randomBytes }) };
}

test('a code is good once, and what arrived is read once', () => {
  const { probes } = makeProbes();
  const { code, answer } = probes.open();
  expect(probes.use(code, arrival)).toBe(answer);
  expect(probes.use(code, { ...arrival, address: '8.8.8.8' })).toBeUndefined();
  expect(probes.close(code)).toEqual(arrival);
  expect(probes.close(code)).toBeUndefined();
  expect(probes.use(code, arrival)).toBeUndefined();
});

test('a code is good for half a minute', () => {
  const { probes, clock } = makeProbes();
  const { code, answer } = probes.open();
  clock.advance(29_999);
  expect(probes.use(code, arrival)).toBe(answer);
  clock.advance(1);
  expect(probes.close(code)).toBeUndefined();
});

test('no more than sixteen are open; the oldest goes first', () => {
  const { probes } = makeProbes();
  const [first, ...others] = Array.from({ length: 17 }, () => probes.open());
  expect(probes.use(first?.code ?? '', arrival)).toBeUndefined();
  for (const { code, answer } of others) expect(probes.use(code, arrival)).toBe(answer);
});

test('what is no code opens nothing', () => {
  const { probes } = makeProbes();
  const { code, answer } = probes.open();
  for (const wrong of ['', 'x', code.slice(1), `${code}x`, answer, code.toUpperCase()]) {
    expect(probes.use(wrong, arrival)).toBeUndefined();
  }
});
