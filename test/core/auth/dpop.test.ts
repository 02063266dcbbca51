import { expect, test } from 'bun:test';
import { verifyProof } from '../../../src/core/auth/dpop.ts';
import { Nonces } from '../../../src/core/auth/nonce.ts';
import { proofAlgorithms } from '../../../src/core/auth/proof-key.ts';
import { ReplayWindow } from '../../../src/core/auth/replay.ts';
import { Failure, type FailureCode } from '../../../src/core/failure.ts';
import { TestClock } from '../../support/clock.ts';
import { makeTestKey, sha256, type TestKey } from '../../support/proof.ts';
import { rejectionOf } from '../../support/rejection.ts';

type Members = Readonly<Record<string, unknown>>;

const url = new URL('https://sync.example.com/authenticate');
const accessToken = 'a.service.token';

function setUp() {
  const clock = new TestClock();
  const nonces = new Nonces(new Uint8Array(32).fill(1), clock);
  const replays = new ReplayWindow({ capacity: 100, keepMs: 180_000, clock });
  const claims = (): Members => ({
    htm: 'POST',
    htu: url.href,
    ath: sha256(accessToken),
    iat: Math.floor(clock.now() / 1000),
    jti: crypto.randomUUID(),
    nonce: nonces.current(),
  });
  const verify = (header: string | null) =>
    verifyProof({ header, method: 'POST', url, accessToken, now: clock.now(), nonces, replays });
  return { clock, claims, verify };
}

async function codeOf(attempt: Promise<unknown>): Promise<FailureCode | 'accepted'> {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

test.each([...proofAlgorithms])('a proof signed with %s is accepted and names its key', async (algorithm) => {
  const { claims, verify } = setUp();
  const key = await makeTestKey(algorithm);
  const proof = await key.sign({}, { ...claims(), iss: 'https://app.example' });
  expect(await verify(proof)).toEqual({ thumbprint: key.thumbprint });
});

test.each([...proofAlgorithms])('a proof of %s whose claims were changed is refused', async (algorithm) => {
  const { claims, verify } = setUp();
  const key = await makeTestKey(algorithm);
  const [header, , signature] = (await key.sign({}, claims())).split('.');
  const changed = Buffer.from(JSON.stringify(claims())).toString('base64url');
  expect(await codeOf(verify(`${header}.${changed}.${signature}`))).toBe('InvalidDpopProof');
});

const wrongClaims: [name: string, change: Members, code: FailureCode][] = [
  ['another method', { htm: 'GET' }, 'InvalidDpopProof'],
  ['another url', { htu: 'https://other.example.com/authenticate' }, 'InvalidDpopProof'],
  ['no url', { htu: undefined }, 'InvalidDpopProof'],
  ['the hash of another token', { ath: sha256('another') }, 'InvalidDpopProof'],
  ['no token hash', { ath: undefined }, 'InvalidDpopProof'],
  ['no jti', { jti: undefined }, 'InvalidDpopProof'],
  ['an empty jti', { jti: '' }, 'InvalidDpopProof'],
  ['a long jti', { jti: 'x'.repeat(257) }, 'InvalidDpopProof'],
  ['a jti that is a number', { jti: 7 }, 'InvalidDpopProof'],
  ['no iat', { iat: undefined }, 'InvalidDpopProof'],
  ['no nonce', { nonce: undefined }, 'UseDpopNonce'],
  ['a foreign nonce', { nonce: 'x' }, 'UseDpopNonce'],
];

test.each(wrongClaims)('a proof with %s is refused', async (_name, change, code) => {
  const { claims, verify } = setUp();
  const proof = await (await makeTestKey()).sign({}, { ...claims(), ...change });
  expect(await codeOf(verify(proof))).toBe(code);
});

test.each([-121, 121])('a proof made %d seconds from now is refused', async (seconds) => {
  const { clock, claims, verify } = setUp();
  const key = await makeTestKey();
  const iat = Math.floor(clock.now() / 1000) + seconds;
  expect(await codeOf(verify(await key.sign({}, { ...claims(), iat })))).toBe('InvalidDpopProof');
});

const wrongHeaders: [name: string, change: (key: TestKey) => Members][] = [
  ['another typ', () => ({ typ: 'JWT' })],
  ['no typ', () => ({ typ: undefined })],
  ['no key', () => ({ jwk: undefined })],
  ['its private key', (key) => ({ jwk: key.privateJwk })],
  ['a symmetric key', () => ({ jwk: { kty: 'oct', k: 'AAAA' } })],
  ['a key of another curve', (key) => ({ jwk: { ...key.publicJwk, crv: 'P-384' } })],
  ['a coordinate that is too long', (key) => ({ jwk: { ...key.publicJwk, x: `${key.publicJwk.x}AAAA` } })],
  ['a point that is not on the curve', (key) => ({ jwk: { ...key.publicJwk, x: 'A'.repeat(43) } })],
  ['an oversize header', (key) => ({ jwk: { ...key.publicJwk, kid: 'x'.repeat(4096) } })],
];

test.each(wrongHeaders)('a proof whose header has %s is refused', async (_name, change) => {
  const { claims, verify } = setUp();
  const key = await makeTestKey();
  const proof = await key.sign(change(key), claims());
  expect(await codeOf(verify(proof))).toBe('InvalidDpopProof');
});

test.each(['none', 'HS256', 'RS256', 'ES512', 'es256'])('the algorithm %s is refused', async (alg) => {
  const { claims, verify } = setUp();
  const key = await makeTestKey();
  const [, payload, signature] = (await key.sign({}, claims())).split('.');
  const header = { typ: 'dpop+jwt', alg, jwk: key.publicJwk };
  const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
  expect(await codeOf(verify(`${encoded}.${payload}.${signature}`))).toBe('InvalidDpopProof');
  expect(await codeOf(verify(`${encoded}.${payload}.`))).toBe('InvalidDpopProof');
});

test('a critical extension is refused, for we know none', async () => {
  const { claims, verify } = setUp();
  const key = await makeTestKey('ES256K');
  const proof = await key.sign({ crit: ['exp'], exp: 1 }, claims());
  expect(await codeOf(verify(proof))).toBe('InvalidDpopProof');
});

test('a proof signed by another key than it names is refused', async () => {
  const { claims, verify } = setUp();
  const [own, other] = [await makeTestKey(), await makeTestKey()];
  expect(await codeOf(verify(await own.sign({ jwk: other.publicJwk }, claims())))).toBe('InvalidDpopProof');
});

test('an ES256K signature may have a high S, as half of those from OpenSSL have; it is no second proof', async () => {
  const { claims, verify } = setUp();
  const proof = await (await makeTestKey('ES256K')).sign({}, claims());
  const end = proof.lastIndexOf('.');
  const signature = Buffer.from(proof.slice(end + 1), 'base64url');
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const highS = order - BigInt(`0x${signature.subarray(32).toString('hex')}`);
  signature.write(highS.toString(16).padStart(64, '0'), 32, 'hex');
  const twin = `${proof.slice(0, end)}.${signature.toString('base64url')}`;
  expect(await codeOf(verify(twin))).toBe('accepted');
  expect(await codeOf(verify(proof))).toBe('InvalidDpopProof');
});

test('a proof is good once', async () => {
  const { claims, verify } = setUp();
  const key = await makeTestKey();
  const once = claims();
  await verify(await key.sign({}, once));
  expect(await codeOf(verify(await key.sign({}, { ...once, iat: Number(once['iat']) - 1 })))).toBe(
    'InvalidDpopProof',
  );
  expect(await codeOf(verify(await (await makeTestKey()).sign({}, once)))).toBe('accepted');
});

test('none, two, and something else than a proof are refused', async () => {
  const { claims, verify } = setUp();
  const key = await makeTestKey();
  const proof = await key.sign({}, claims());
  for (const header of [
    null,
    '',
    'x',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    `${proof}, ${proof}`,
    ` ${proof}`,
    `${proof}=`,
  ]) {
    expect(await codeOf(verify(header))).toBe('InvalidDpopProof');
  }
  expect(await codeOf(verify(proof))).toBe('accepted');
});

test('two proofs are named as what is wrong', async () => {
  const { claims, verify } = setUp();
  const proof = await (await makeTestKey()).sign({}, claims());
  expect((await rejectionOf(verify(`${proof}, ${proof}`))).message).toContain('more than one');
});
