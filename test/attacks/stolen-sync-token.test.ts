/**
 * Threat: a page of another origin got hold of a sync token (`gms_`), and opens a socket with it or signs in.
 * Proves docs/protocol.md, "Sync": a token that came to another Origin is a 401 before the upgrade.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { approving } from '../support/owner.ts';
import { knock, notPermitted, waitingKeys } from '../support/knock.ts';
import { makeTestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

const origin = 'https://library.example';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** A new sync token that was issued to a page of `to`; to an app without an Origin where that is undefined. */
async function issue(to: string | undefined): Promise<string> {
  const headers: Record<string, string> = to === undefined ? {} : { origin: to };
  const { body } = await approving(world, knock(world, { key: await makeTestKey(), headers }));
  return String(body['token']);
}

/** Whether the server takes the handshake of a page of `from`. */
function opens(syncToken: string, from: string | undefined): Promise<boolean> {
  const headers: Record<string, string> = from === undefined ? {} : { origin: from };
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/?token=${syncToken}`, { headers });
  return new Promise((resolve) => {
    socket.addEventListener('open', () => {
      socket.close();
      resolve(true);
    });
    socket.addEventListener('error', () => resolve(false));
  });
}

describe('the token of a page opens no socket', () => {
  test.each([
    ['of another page', 'https://evil.example'],
    ['of a page on a name below', 'https://evil.library.example'],
    ['of a page on a name that begins alike', 'https://library.example.evil.example'],
    ['of the same host without TLS', 'http://library.example'],
    ['of another port of the same host', 'https://library.example:8443'],
    ['of a page without an origin', 'null'],
    ['of a file', 'file://'],
    ['that says no Origin', undefined],
  ])('%s', async (_name, from) => {
    const syncToken = await issue(origin);
    expect(await opens(syncToken, from)).toBe(false);
    expect(await opens(syncToken, origin)).toBe(true);
  });
});

test('the token of an app without an Origin opens none of a page', async () => {
  const syncToken = await issue(undefined);
  expect(await opens(syncToken, 'https://evil.example')).toBe(false);
  expect(await opens(syncToken, undefined)).toBe(true);
});

test('the refusal is a 401 before the upgrade and says no more than to one that is invented', async () => {
  const refusalOf = async (syncToken: string) => {
    const headers = {
      origin: 'https://evil.example',
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const answer = await fetch(`${world.url}/?token=${syncToken}`, { headers });
    return { status: answer.status, body: await answer.text() };
  };
  const refusal = await refusalOf(await issue(origin));
  expect(refusal.status).toBe(401);
  expect(refusal).toEqual(await refusalOf(`gms_${'A'.repeat(43)}`));
});

test.each(['Bearer', 'DPoP'])('it is nothing to sign in with (%s)', async (scheme) => {
  const authorization = `${scheme} ${await issue(origin)}`;
  const answer = await knock(world, { key: await makeTestKey(), authorization, headers: { origin } });
  expect(answer).toMatchObject(notPermitted);
  expect(waitingKeys(world)).toEqual([]);
});
