/**
 * Threat: a service token of the owner that nobody used is found later, or was made to last.
 * Proves docs/protocol.md, "The two proofs": a service token must end within 300 s, and carries a `jti`.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { TestClock } from '../support/clock.ts';
import { knock, notPermitted, waitingKeys } from '../support/knock.ts';
import { startOwner, type TestOwner } from '../support/plc.ts';
import { makeTestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

let owner: TestOwner;
let world: World;
beforeAll(async () => {
  // The server has been running for an hour.
  const clock = new TestClock();
  clock.turnBack(60 * 60_000);
  owner = await startOwner();
  world = await World.start({ owner, clock });
  clock.advance(60 * 60_000);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await owner.close();
});

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

test.each<[string, () => Readonly<Record<string, unknown>>, string]>([
  ['has ended', () => ({ iat: secondsFromNow(-120), exp: secondsFromNow(-60) }), 'expired'],
  ['was made long ago', () => ({ iat: secondsFromNow(-400) }), 'maximum age'],
  ['lasts for an hour', () => ({ exp: secondsFromNow(3600) }), 'maximum age'],
  ['begins later', () => ({ nbf: secondsFromNow(60) }), 'not yet valid'],
  ['is made in future', () => ({ iat: secondsFromNow(400), exp: secondsFromNow(460) }), 'future'],
  ['ends before it was made', () => ({ iat: secondsFromNow(90) }), 'malformed'],
  ['does not say when it ends', () => ({ exp: undefined }), 'malformed'],
  ['does not say when it was made', () => ({ iat: undefined }), 'iat'],
  ['has no jti', () => ({ jti: undefined }), 'jti'],
  ['has an empty jti', () => ({ jti: '' }), 'jti'],
  ['has a jti that costs much to keep', () => ({ jti: 'x'.repeat(257) }), 'jti'],
])('a token that %s is refused', async (_name, claims, reason) => {
  const serviceAuth = await owner.serviceJwt({ aud: world.audience, ...claims() });
  const answer = await knock(world, { key: await makeTestKey(), authorization: 'DPoP opaque', serviceAuth });
  expect(answer).toMatchObject(notPermitted);
  expect(answer.body['message']).toContain(reason);
  expect(waitingKeys(world)).toEqual([]);
});
