import { expect, test } from 'bun:test';
import { Nonces } from '../../../src/core/auth/nonce.ts';
import { TestClock } from '../../support/clock.ts';

const secret = new Uint8Array(32).fill(1);

test('a nonce is accepted in its own minute and the two after it', () => {
  const clock = new TestClock();
  const nonces = new Nonces(secret, clock);
  const nonce = nonces.current();
  const accepted = [0, 1, 2, 3].map(() => {
    const isAccepted = nonces.accepts(nonce);
    clock.advance(60_000);
    return isAccepted;
  });
  expect(accepted).toEqual([true, true, true, false]);
});

test('a nonce of a later minute is not accepted', () => {
  const clock = new TestClock();
  const nonces = new Nonces(secret, clock);
  const ahead = new TestClock();
  ahead.advance(60_000);
  const later = new Nonces(secret, ahead).current();
  expect(nonces.accepts(later)).toBe(false);
  clock.advance(60_000);
  expect(nonces.accepts(later)).toBe(true);
});

test('a clock that is set back brings no old nonce back, and keeps the present one', () => {
  const clock = new TestClock();
  const nonces = new Nonces(secret, clock);
  const old = nonces.current();
  clock.advance(10 * 60_000);
  const present = nonces.current();
  clock.turnBack(10 * 60_000);
  expect(nonces.accepts(old)).toBe(false);
  expect(nonces.accepts(present)).toBe(true);
});

test('a nonce of another start, cut, empty or foreign is not accepted', () => {
  const clock = new TestClock();
  const nonces = new Nonces(secret, clock);
  const other = new Nonces(new Uint8Array(32).fill(2), clock);
  expect(nonces.accepts(other.current())).toBe(false);
  expect(nonces.accepts(nonces.current().slice(0, -1))).toBe(false);
  expect(nonces.accepts('')).toBe(false);
  expect(nonces.accepts('ü'.repeat(43))).toBe(false);
});
