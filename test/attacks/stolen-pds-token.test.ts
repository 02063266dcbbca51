/**
 * Threat: a thief has an app's access token for the owner's PDS, from a log or a backup, but not the app's key.
 * Proves docs/protocol.md, "The request": the PDS token binds the proof (`ath`); and SECURITY.md, "a stolen PDS
 * token": useless without the key. With a key of their own a thief can at most ask, as everybody can.
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { TestClock } from '../support/clock.ts';
import {
  approvedKey,
  badProof,
  knock,
  mintJwt,
  notPermitted,
  prove,
  waitingKeys,
  welcome,
} from '../support/knock.ts';
import { untilWaiting } from '../support/owner.ts';
import { startOwner, type TestOwner } from '../support/plc.ts';
import { makeTestKey, type TestKey } from '../support/proof.ts';
import { TokenPds } from '../support/token-pds.ts';
import { World } from '../support/world.ts';

let pds: TokenPds;
let owner: TestOwner;
let clock: TestClock;
let world: World;
/** The device of an app that the PDS vouches for, its token, and the key of who stole that. */
let device: TestKey;
let stolen: string;
let thief: TestKey;
beforeEach(async () => {
  clock = new TestClock();
  pds = new TokenPds();
  owner = await startOwner({ pdsUrl: pds.url });
  world = await World.start({ clock, owner: { ...owner, privateHosts: [...owner.privateHosts, pds.host] } });
  [device, thief] = [await makeTestKey(), await makeTestKey()];
  stolen = pds.issue({ sub: owner.did, cnf: { jkt: device.thumbprint } });
  await approvedKey(world, { key: device, authorization: `DPoP ${stolen}` });
  pds.asked.length = 0;
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await owner.close();
  await pds[Symbol.asyncDispose]();
});

describe('with the thief’s own key the token', () => {
  test.each([false, true])(
    'is refused by the key it names, and the PDS is not troubled (beside a service token: %p)',
    async (hasServiceToken) => {
      const serviceAuth = hasServiceToken ? await mintJwt(world) : undefined;
      const answer = await knock(world, { key: thief, authorization: `DPoP ${stolen}`, serviceAuth });
      expect(answer).toMatchObject(notPermitted);
      expect(answer.body['message']).toContain('bound to another key');
      expect(waitingKeys(world)).toEqual([]);
      expect(pds.asked).toEqual([]);
    },
  );

  test('and the thief’s key written into it is a forgery, which the PDS does not vouch for', async () => {
    const [header, payload = '', signature] = stolen.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, cnf: { jkt: thief.thumbprint } }));
    const forged = `${header}.${changed.toString('base64url')}.${signature}`;
    const answer = await knock(world, { key: thief, authorization: `DPoP ${forged}` });
    expect(answer).toMatchObject(notPermitted);
    expect(waitingKeys(world)).toEqual([]);
  });

  test('proves nothing where it is opaque', async () => {
    const answer = await knock(world, { key: thief, authorization: 'DPoP opaque' });
    expect(answer).toMatchObject(notPermitted);
    expect(waitingKeys(world)).toEqual([]);
  });

  test('is no more than a question in the thief’s own name, even with a service token', async () => {
    const serviceAuth = await mintJwt(world);
    const asked = knock(world, { key: thief, authorization: 'DPoP opaque', serviceAuth });
    await untilWaiting(world);
    const [approval] = world.groundmist.core.access.list().approvals;
    expect(approval).toMatchObject({ thumbprint: thief.thumbprint, app: { kind: 'unverified' } });
    clock.advance(50_000);
    const { status, body } = await asked;
    expect({ status, body }).toMatchObject({ status: 403, body: { error: 'ApprovalRequired' } });
    expect(body['token']).toBeUndefined();
  });
});

describe('with a proof of the device, which is for one token,', () => {
  test('another token is refused', async () => {
    const proof = await prove(world, { key: device, authorization: 'DPoP opaque' });
    const answer = await knock(world, { key: device, authorization: `DPoP ${stolen}`, proof });
    expect(answer).toMatchObject(badProof);
    expect(answer.body['message']).toContain('ath');
  });

  test.each<[string, string | undefined]>([
    ['none', undefined],
    ['an empty text', ''],
    ['the token itself', 'the token'],
  ])('a proof whose ath is %s is refused', async (_name, given) => {
    const ath = given === 'the token' ? stolen : given;
    const answer = await knock(world, { key: device, authorization: `DPoP ${stolen}`, claims: { ath } });
    expect(answer).toMatchObject(badProof);
    expect(answer.body['message']).toContain('ath');
  });

  test('the device itself gets in', async () => {
    expect(await knock(world, { key: device, authorization: `DPoP ${stolen}` })).toMatchObject(welcome);
  });
});
