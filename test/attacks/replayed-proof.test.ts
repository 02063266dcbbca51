/**
 * Threat: somebody saw the whole request of an approved device, and sends it again to get a sync token.
 * Proves docs/protocol.md, "The request": a `jti` never used before; and SECURITY.md, "replay of a proof".
 */
import { expect, test } from 'bun:test';
import { TestClock } from '../support/clock.ts';
import { approvedKey, badProof, knock, prove, send, welcome, write } from '../support/knock.ts';
import { makeTestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

const nonceAsked = { status: 401, body: { error: 'use_dpop_nonce' } } as const;

/** A request of an approved device that was answered with a sync token. */
async function seenRequest(world: World) {
  const key = await approvedKey(world);
  const seen = await write(world, { key });
  expect(await send(seen)).toMatchObject(welcome);
  return { key, seen };
}

test('the same request gives nothing a second time, as long as its nonce is good', async () => {
  const clock = new TestClock();
  await using world = await World.start({ clock });
  const { seen } = await seenRequest(world);
  for (let minute = 0; minute < 2; minute += 1) {
    const answer = await send(seen);
    expect(answer).toMatchObject(badProof);
    expect(answer.body['message']).toContain('its jti was used before');
    clock.advance(59_000);
  }
  clock.advance(120_000);
  expect(await send(seen)).toMatchObject(nonceAsked);
});

test('the proof serves no other request either: not for another namespace, not from another page', async () => {
  await using world = await World.start();
  const { seen } = await seenRequest(world);
  const body = JSON.stringify({ lexiconAuthorityDomain: 'xyz.groundmist.notebook', rootDocUrl: null });
  expect(await send({ ...seen, body })).toMatchObject(badProof);
  const headers = { ...seen.headers, origin: 'https://evil.example' };
  expect(await send({ ...seen, headers })).toMatchObject(badProof);
});

test('many at once are one sign-in', async () => {
  await using world = await World.start();
  const key = await approvedKey(world);
  const written = await write(world, { key });
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(written)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
});

test('a restart, at which all that was used is forgotten, makes no proof good again', async () => {
  const clock = new TestClock();
  await using world = await World.start({ clock });
  const { key, seen } = await seenRequest(world);
  await world.stopServer();
  await world.startServer();
  expect(await send(seen)).toMatchObject(nonceAsked);
  expect(await knock(world, { key })).toMatchObject(welcome);
});

test('a clock that is set back to the time of the proof makes it no better', async () => {
  const clock = new TestClock();
  await using world = await World.start({ clock });
  const { key, seen } = await seenRequest(world);
  clock.advance(60 * 60_000);
  // What is forgotten is forgotten when the next one comes.
  expect(await knock(world, { key })).toMatchObject(welcome);
  clock.turnBack(60 * 60_000);
  expect(await send(seen)).toMatchObject(nonceAsked);
});

test('a clock that is set back a little within the window brings nothing back', async () => {
  const clock = new TestClock();
  await using world = await World.start({ clock });
  const { seen } = await seenRequest(world);
  clock.advance(100_000);
  clock.turnBack(100_000);
  expect(await send(seen)).toMatchObject(badProof);
});

test('nor does a clock that ran ahead in between', async () => {
  const clock = new TestClock();
  await using world = await World.start({ clock });
  const { key, seen } = await seenRequest(world);
  clock.turnAhead(60 * 60_000);
  expect(await knock(world, { key })).toMatchObject(welcome);
  clock.turnBack(60 * 60_000);
  expect(await send(seen)).toMatchObject(badProof);
});

test('nobody uses up the jti of another key', async () => {
  await using world = await World.start();
  const device = await approvedKey(world);
  const jti = crypto.randomUUID();
  const authorization = 'DPoP opaque';
  const [stranger, proof] = [
    await makeTestKey(),
    await prove(world, { key: device, authorization, claims: { jti } }),
  ];
  expect(await knock(world, { key: stranger, authorization, claims: { jti } })).toMatchObject({
    status: 403,
  });
  expect(await knock(world, { key: device, authorization, proof })).toMatchObject(welcome);
});
