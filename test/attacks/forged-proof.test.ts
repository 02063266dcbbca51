/**
 * Threat: somebody who knows the public key of an approved device makes a proof without its private key.
 * Proves docs/protocol.md, "The request": `alg` one of five, `jwk` with the public key alone.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHmac, createPublicKey } from 'node:crypto';
import {
  approvedKey,
  badProof,
  knock,
  mintJwt,
  prove,
  signatureTwin,
  usualClaims,
  waitingKeys,
  welcome,
} from '../support/knock.ts';
import { makeTestKey, type TestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

let world: World;
let device: TestKey;
beforeAll(async () => {
  world = await World.start();
  device = await approvedKey(world);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const encode = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url');

/** Header and usual claims of a proof that only lacks its signature. */
async function unsigned(authorization: string, header: object): Promise<string> {
  return `${encode({ typ: 'dpop+jwt', ...header })}.${encode(await usualClaims(world, authorization))}`;
}

test('the device itself gets in: what follows fails for nothing but the forgery', async () => {
  expect(await knock(world, { key: device })).toMatchObject(welcome);
});

describe('a proof in the name of an approved device is refused', () => {
  const unsignedForms = ['none', 'None', 'NONE'].flatMap((alg) => [
    [alg, ''] as const,
    [alg, 'AA'] as const,
    [alg, 'A'.repeat(86)] as const,
  ]);
  test.each(unsignedForms)('with alg %s and the signature "%s"', async (alg, signature) => {
    const authorization = `Bearer ${await mintJwt(world)}`;
    const message = await unsigned(authorization, { alg, jwk: device.publicJwk });
    const answer = await knock(world, { key: device, authorization, proof: `${message}.${signature}` });
    expect(answer).toMatchObject(badProof);
  });

  const spki = { type: 'spki', format: 'pem' } as const;
  test.each<[string, () => string | Buffer]>([
    ['as JSON', () => JSON.stringify(device.publicJwk)],
    ['as PEM', () => createPublicKey({ key: device.publicJwk, format: 'jwk' }).export(spki)],
    ['as bytes', () => Buffer.from(`${device.publicJwk.x}${device.publicJwk.y}`, 'base64url')],
  ])('with HS256 and the public key %s for a secret', async (_form, secret) => {
    const authorization = `Bearer ${await mintJwt(world)}`;
    const message = await unsigned(authorization, { alg: 'HS256', jwk: device.publicJwk });
    const signature = createHmac('sha256', secret()).update(message).digest('base64url');
    const answer = await knock(world, { key: device, authorization, proof: `${message}.${signature}` });
    expect(answer).toMatchObject(badProof);
  });

  test.each(['ES256', 'ES256K', 'ES384', 'EdDSA', 'PS256'] as const)(
    'with a signature of another key (%s)',
    async (algorithm) => {
      const [victim, forger] = [await makeTestKey(algorithm), await makeTestKey(algorithm)];
      await approvedKey(world, { key: victim });
      const answer = await knock(world, { key: forger, header: { jwk: victim.publicJwk } });
      expect(answer).toMatchObject(badProof);
      expect(answer.body['message']).toContain('its signature');
    },
  );

  test('with claims that the device did not sign', async () => {
    const authorization = `Bearer ${await mintJwt(world)}`;
    const [header, , signature] = (await prove(world, { key: device, authorization })).split('.');
    const proof = `${header}.${encode(await usualClaims(world, authorization))}.${signature}`;
    expect(await knock(world, { key: device, authorization, proof })).toMatchObject(badProof);
  });
});

test('a key that is no secret is no key: a symmetric one does not even wait', async () => {
  const authorization = `Bearer ${await mintJwt(world)}`;
  const jwk = { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url') };
  const message = await unsigned(authorization, { alg: 'HS256', jwk });
  const signature = createHmac('sha256', Buffer.alloc(32, 7)).update(message).digest('base64url');
  const answer = await knock(world, { key: device, authorization, proof: `${message}.${signature}` });
  expect(answer).toMatchObject(badProof);
  expect(waitingKeys(world)).toEqual([]);
});

test('the twin of an ES256K signature is the same proof, and is used up with it', async () => {
  const key = await approvedKey(world, { key: await makeTestKey('ES256K') });
  const authorization = `Bearer ${await mintJwt(world)}`;
  const proof = await prove(world, { key, authorization });
  const twin = signatureTwin(proof);
  expect(twin).not.toBe(proof);
  expect(await knock(world, { key, authorization, proof })).toMatchObject(welcome);
  const answer = await knock(world, { key, authorization, proof: twin });
  expect(answer).toMatchObject(badProof);
  expect(answer.body['message']).toContain('its jti was used before');
  // Either of the two may come: SDKs on Node sign with a high S half of the time.
  const next = signatureTwin(await prove(world, { key, authorization }));
  expect(await knock(world, { key, authorization, proof: next })).toMatchObject(welcome);
});
