/**
 * Threat: a proof that is signed as it should be, and yet means something else than a DPoP proof, gives its
 * key away, or costs more than one.
 * Proves docs/protocol.md, "The request": header `typ` `dpop+jwt`, `jwk` with the public key alone, one proof.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { approvedKey, badProof, knock, prove, welcome, write } from '../support/knock.ts';
import { makeTestKey, type TestKey } from '../support/proof.ts';
import { sayHttp } from '../support/raw-http.ts';
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

type Header = Readonly<Record<string, unknown>>;

test('the device itself gets in', async () => {
  expect(await knock(world, { key: device })).toMatchObject(welcome);
});

test.each<[string, () => Header, string]>([
  ['the typ of an access token', () => ({ typ: 'at+jwt' }), 'typ'],
  ['the typ of a service token', () => ({ typ: 'JWT' }), 'typ'],
  ['no typ', () => ({ typ: undefined }), 'typ'],
  ['its private key', () => ({ jwk: device.privateJwk }), 'not a public key'],
  ['a part of a private key', () => ({ jwk: { ...device.publicJwk, d: '' } }), 'not a public key'],
  ['a shared secret beside the key', () => ({ jwk: { ...device.publicJwk, k: 'AAAA' } }), 'not a public key'],
  ['no key', () => ({ jwk: undefined }), 'jwk'],
  ['4 KB more than it needs', () => ({ kid: 'x'.repeat(4096) }), 'longer than 4096'],
])('a proof of an approved device with %s is refused', async (_name, header, reason) => {
  const answer = await knock(world, { key: device, header: header() });
  expect(answer).toMatchObject(badProof);
  expect(answer.body['message']).toContain(reason);
});

test.each([{ crit: ['exp'], exp: 1 }, { crit: ['b64'], b64: true }, { crit: [] }, { crit: null }])(
  'a proof that asks for an extension to be heeded is refused: %j',
  async (header) => {
    const key = await approvedKey(world, { key: await makeTestKey('ES256K') });
    const answer = await knock(world, { key, header });
    expect(answer).toMatchObject(badProof);
    expect(answer.body['message']).toContain('crit');
  },
);

test('a private RSA key in the header is refused by each of its members', async () => {
  const key = await approvedKey(world, { key: await makeTestKey('PS256') });
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth']) {
    const jwk = { ...key.publicJwk, [member]: 'AQ' };
    const answer = await knock(world, { key, header: { jwk } });
    expect(answer).toMatchObject(badProof);
    expect(answer.body['message']).toContain('not a public key');
  }
});

test('a key whose signature costs much to check is not checked', async () => {
  const modulus = Buffer.alloc(1024, 0xff).toString('base64url');
  const key = await makeTestKey();
  const header = { alg: 'PS256', jwk: { kty: 'RSA', e: 'AQAB', n: modulus } };
  const [, ...rest] = (await prove(world, { key, authorization: 'DPoP opaque' })).split('.');
  const encoded = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', ...header })).toString('base64url');
  const proof = [encoded, ...rest].join('.');
  const answer = await knock(world, { key, authorization: 'DPoP opaque', proof });
  expect(answer).toMatchObject(badProof);
  expect(answer.body['message']).toContain('usual size');
});

describe('two proofs in one request are refused, though each is good,', () => {
  test('in one header', async () => {
    const authorization = 'DPoP opaque';
    const proofs = [
      await prove(world, { key: device, authorization }),
      await prove(world, { key: device, authorization }),
    ];
    for (const proof of [proofs.join(','), proofs.join(', ')]) {
      const answer = await knock(world, { key: device, authorization, proof });
      expect(answer).toMatchObject(badProof);
      expect(answer.body['message']).toContain('more than one');
    }
    for (const proof of proofs) {
      expect(await knock(world, { key: device, authorization, proof })).toMatchObject(welcome);
    }
  });

  test('in two headers, in either order', async () => {
    const authorization = 'DPoP opaque';
    const own = await prove(world, { key: device, authorization });
    const strange = await prove(world, { key: await makeTestKey(), authorization });
    for (const proofs of [
      [own, strange],
      [strange, own],
    ]) {
      const { headers, body } = await write(world, { key: device, authorization });
      const lines = Object.entries(headers).filter(([name]) => name !== 'dpop');
      const { host, port } = new URL(world.url);
      const sent = [
        'POST /authenticate HTTP/1.1',
        `host: ${host}`,
        'connection: close',
        `content-length: ${body.length}`,
        ...lines.map(([name, value]) => `${name}: ${value}`),
        ...proofs.map((proof) => `dpop: ${proof}`),
      ];
      const heard = await sayHttp(Number(port), `${sent.join('\r\n')}\r\n\r\n${body}`);
      expect(heard).toStartWith('HTTP/1.1 401 ');
      expect(heard).toContain('more than one DPoP header');
    }
  });
});
