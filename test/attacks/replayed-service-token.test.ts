/**
 * Threat: somebody got hold of a service token of the owner that was used, and shows it with a key of their own.
 * Proves docs/protocol.md, "The two proofs": a service token is good for one sign-in and does not outlive a
 * restart; and SECURITY.md, "replay of a service token".
 */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { TestClock } from '../support/clock.ts';
import { approvedKey, knock, mintJwt, notPermitted, signatureTwin, waitingKeys } from '../support/knock.ts';
import { makeTestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

let clock: TestClock;
let world: World;
/** An owner's service token that let one app in. */
let used: string;
beforeEach(async () => {
  clock = new TestClock();
  world = await World.start({ clock });
  used = await mintJwt(world);
  await approvedKey(world, { authorization: `Bearer ${used}` });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

async function expectNothingFor(serviceToken: string, reason: string): Promise<void> {
  const key = await makeTestKey();
  const shown = [
    { authorization: `Bearer ${serviceToken}` },
    { authorization: 'DPoP opaque', serviceAuth: serviceToken },
  ];
  for (const one of shown) {
    const answer = await knock(world, { key, ...one });
    expect(answer).toMatchObject(notPermitted);
    expect(answer.body['message']).toContain(reason);
  }
  expect(waitingKeys(world)).toEqual([]);
}

test('it proves nothing a second time, in whatever place it comes', async () => {
  await expectNothingFor(used, 'used before');
});

test('nor does the twin of its signature', async () => {
  const twin = signatureTwin(used);
  expect(twin).not.toBe(used);
  await expectNothingFor(twin, 'used before');
});

test('nor after a restart within the second in which it was made', async () => {
  await world.stopServer();
  await world.startServer();
  await expectNothingFor(used, 'used before');
});

test('nor after a restart with a clock that is behind', async () => {
  await world.stopServer();
  clock.turnBack(60_000);
  await world.startServer();
  await expectNothingFor(used, 'used before');
});

test('nor when the clock is set back after its time', async () => {
  clock.advance(60 * 60_000);
  // What is forgotten is forgotten when the next one comes.
  await approvedKey(world);
  clock.turnBack(60 * 60_000);
  await expectNothingFor(used, 'used before');
});

test('nor after a restart with a new disk, which knows nothing of it', async () => {
  clock.advance(60_000);
  await world.loseEverything();
  await expectNothingFor(used, 'older than the last start');
});

test('one that was made before the start and never used is refused, too', async () => {
  const unused = await mintJwt(world);
  await world.stopServer();
  clock.advance(60_000);
  await world.startServer();
  await expectNothingFor(unused, 'older than the last start');
});
