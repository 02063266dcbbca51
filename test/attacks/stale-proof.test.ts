/**
 * Threat: a proof of an approved device, seen in a log or made ahead of time, is used at another time.
 * Proves docs/protocol.md, "The request": `iat` within 120 s of our clock, a `jti`; and "The nonce": good for
 * two to three minutes.
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { TestClock } from '../support/clock.ts';
import { approvedKey, badProof, knock, prove, welcome } from '../support/knock.ts';
import type { TestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

let clock: TestClock;
let world: World;
let device: TestKey;
beforeEach(async () => {
  clock = new TestClock();
  world = await World.start({ clock });
  device = await approvedKey(world);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const nonceAsked = { status: 401, body: { error: 'use_dpop_nonce' } } as const;
const secondsFromNow = (seconds: number) => Math.floor(clock.now() / 1000) + seconds;

test.each([
  [-3600, false],
  [-122, false],
  [-118, true],
  [118, true],
  [122, false],
  [3600, false],
])('of a proof made %d s from now it is %p that it is good', async (seconds, isGood) => {
  const answer = await knock(world, { key: device, claims: { iat: secondsFromNow(seconds) } });
  expect(answer).toMatchObject(isGood ? welcome : badProof);
  if (!isGood) expect(answer.body['message']).toContain('iat');
});

test.each([
  ['no iat', { iat: undefined }, 'iat'],
  ['an iat that is no number', { iat: '1' }, 'iat'],
  ['no jti', { jti: undefined }, 'jti'],
  ['an empty jti', { jti: '' }, 'jti'],
  ['a jti that is no text', { jti: 7 }, 'jti'],
  ['a jti that costs much to keep', { jti: 'x'.repeat(257) }, 'jti'],
])('a proof with %s is refused', async (_name, claims, reason) => {
  const answer = await knock(world, { key: device, claims });
  expect(answer).toMatchObject(badProof);
  expect(answer.body['message']).toContain(reason);
});

describe('a proof that was kept', () => {
  const authorization = 'DPoP opaque';

  test('is good for two minutes and no longer than three, though its iat says now', async () => {
    const nonce = await nonceOfNow();
    const keep = () => prove(world, { key: device, authorization, claims: { nonce } });
    clock.advance(119_000);
    expect(await knock(world, { key: device, authorization, proof: await keep() })).toMatchObject(welcome);
    clock.advance(61_000);
    expect(await knock(world, { key: device, authorization, proof: await keep() })).toMatchObject(nonceAsked);
  });

  test('is no better when the clock is set back to its time', async () => {
    const proof = await prove(world, { key: device, authorization });
    clock.advance(10 * 60_000);
    clock.turnBack(10 * 60_000);
    expect(await knock(world, { key: device, authorization, proof })).toMatchObject(nonceAsked);
  });

  async function nonceOfNow(): Promise<string | null> {
    return (await fetch(`${world.url}/authenticate`, { method: 'POST' })).headers.get('dpop-nonce');
  }
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['one of another server', 'Zm9yZWlnbg'],
])('a proof with a nonce that is not ours, %s, is sent back for ours', async (_name, nonce) => {
  const answer = await knock(world, { key: device, claims: { nonce } });
  expect(answer).toMatchObject(nonceAsked);
  expect(answer.headers.get('www-authenticate')).toBe('DPoP error="use_dpop_nonce"');
});
