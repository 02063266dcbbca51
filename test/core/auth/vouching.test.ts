import { expect, test } from 'bun:test';
import type { Asker } from '../../../src/core/auth/vouching-budget.ts';
import { Vouching } from '../../../src/core/auth/vouching.ts';
import { createOutbound } from '../../../src/platform/outbound.ts';
import { TestClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { TestOwnerDocuments } from '../../support/owner-documents.ts';
import { startOwner } from '../../support/plc.ts';
import { challenge, TokenPds } from '../../support/token-pds.ts';

const clientId = 'https://app.example/client.json';
const sessionPath = '/xrpc/com.atproto.server.getSession';
const app: Asker = { thumbprint: 'key', address: '198.51.100.7', isAccountProven: true };
const notVouched = { kind: 'not vouched' } as const;

/** An owner at a PDS that keeps to the rules, unless the test changes its mind. */
async function setUp() {
  const pds = new TokenPds();
  const owner = await startOwner({ pdsUrl: pds.url });
  const documents = new TestOwnerDocuments(owner);
  const clock = new TestClock();
  const fetch = createOutbound({ privateHosts: [pds.host] });
  const vouching = new Vouching({ owner: owner.did, documents, fetch, clock });
  const issue = (claims: Readonly<Record<string, unknown>> = {}) =>
    pds.issue({ sub: owner.did, cnf: { jkt: 'key' }, ...claims });
  return {
    pds,
    documents,
    clock,
    vouching,
    issue,
    vouch: (token = issue(), asker: Partial<Asker> = {}) => vouching.vouch(token, { ...app, ...asker }),
    async [Symbol.asyncDispose]() {
      await Promise.all([pds[Symbol.asyncDispose](), owner.close()]);
    },
  };
}

test('a genuine token is vouched for, after three forgeries were told apart', async () => {
  await using world = await setUp();
  expect(await world.vouch()).toEqual({ kind: 'vouched', clientId });
  expect(world.pds.asked).toEqual([
    '/.well-known/oauth-protected-resource',
    ...Array.from({ length: 4 }, () => sessionPath),
  ]);
});

test.each([
  ['of another account', { sub: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' }],
  ['of no account', { sub: undefined }],
  ['bound to another key', { cnf: { jkt: 'other' } }],
  ['bound to no key', { cnf: undefined }],
  ['of no app', { client_id: undefined }],
  ['that has expired', { exp: Math.floor(Date.now() / 1000) - 1 }],
  ['that never expires', { exp: undefined }],
  ['of no issuer', { iss: undefined }],
])('a token %s is not vouched for, and the PDS is not asked', async (_name, claims) => {
  await using world = await setUp();
  expect(await world.vouch(world.issue(claims))).toEqual(notVouched);
  expect(world.pds.asked).toEqual([]);
});

test.each(['opaque-0123456789', 'a.b.c', 'x'.repeat(5000)])(
  'the PDS is not asked about "%s"',
  async (token) => {
    await using world = await setUp();
    expect(await world.vouch(token)).toEqual(notVouched);
    expect(world.pds.asked).toEqual([]);
  },
);

test.each([
  ['a control character', '\u007f'],
  ['a letter beyond ASCII', '\u00e9'],
  ['padding', '='],
])(
  'the PDS is not asked about a token with %s in its signature, which no token has',
  async (_name, ending) => {
    await using world = await setUp();
    expect(await world.vouch(`${world.issue()}${ending}`)).toEqual(notVouched);
    expect(world.pds.asked).toEqual([]);
  },
);

test.each([
  ['another server', (url: string) => ({ resource: url, authorization_servers: ['https://bsky.social'] })],
  ['two servers', (url: string) => ({ resource: url, authorization_servers: [url, 'https://bsky.social'] })],
  ['no server', (url: string) => ({ resource: url })],
  ['another PDS', (url: string) => ({ resource: 'https://pds.example', authorization_servers: [url] })],
])('a token is not vouched for where the PDS names %s', async (_name, metadata) => {
  await using world = await setUp();
  world.pds.metadata = metadata(world.pds.url);
  expect(await world.vouch()).toEqual(notVouched);
  expect(world.pds.asked).toEqual(['/.well-known/oauth-protected-resource']);
});

type Parts = readonly (string | undefined)[];
const partsOf = (token: string): Parts => token.split('.');

/** By name: what it answers, given the token shown and the genuine one; how often it is asked until it is not believed. */
const oddPdses: [name: string, answer: (shown: Parts, genuine: Parts) => Response, askedCount: number][] = [
  ['asks everybody for the proof first', () => challenge('invalid_dpop_proof'), 2],
  [
    'looks only at the payload',
    (shown, genuine) => challenge(shown[1] === genuine[1] ? 'invalid_dpop_proof' : 'invalid_token'),
    2,
  ],
  [
    'looks only at the signature',
    (shown, genuine) => challenge(shown[2] === genuine[2] ? 'invalid_dpop_proof' : 'invalid_token'),
    3,
  ],
  [
    'looks at all but the key',
    ([, payload, signature], genuine) => {
      const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as Record<
        string,
        unknown
      >;
      const isGood = signature === genuine[2] && claims['client_id'] === clientId;
      return challenge(isGood ? 'invalid_dpop_proof' : 'invalid_token');
    },
    4,
  ],
  ['wants a nonce first', () => challenge('use_dpop_nonce'), 1],
  ['says invalid_token to all', () => challenge('invalid_token'), 1],
  ['says 200 to all', () => Response.json({}), 1],
  ['says 403 to all', () => new Response(null, { status: 403 }), 1],
  ['fails', () => new Response('out of order', { status: 500 }), 1],
  ['redirects', () => Response.redirect('https://elsewhere.example/'), 1],
  ['answers too much', () => new Response('x'.repeat(100_000), { status: 401 }), 1],
  ['names the error in no DPoP challenge', () => unusual('Bearer error="invalid_dpop_proof"'), 1],
  ['names the error where it is none', () => unusual('DPoP realm="error=invalid_dpop_proof"'), 1],
  ['challenges without an error', () => unusual('DPoP'), 1],
];

function unusual(header: string): Response {
  return new Response(null, { status: 401, headers: { 'www-authenticate': header } });
}

test.each(oddPdses)('a PDS that %s vouches for nothing', async (_name, answer, askedCount) => {
  await using world = await setUp();
  const token = world.issue();
  world.pds.odd = (shown) => answer(partsOf(shown), partsOf(token));
  expect(await world.vouch(token)).toEqual(notVouched);
  expect(world.pds.asked.filter((path) => path === sessionPath)).toHaveLength(askedCount);
});

test('a token that was made up is not vouched for', async () => {
  await using world = await setUp();
  const [header, payload] = partsOf(world.issue());
  expect(await world.vouch([header, payload, 'AAAA'].join('.'))).toEqual(notVouched);
});

test('the PDS’s word is remembered for five minutes, for this key alone', async () => {
  await using world = await setUp();
  const token = world.issue();
  await world.vouch(token);
  const askedOnce = world.pds.asked.length;
  world.clock.advance(299_999);
  expect(await world.vouch(token)).toEqual({ kind: 'vouched', clientId });
  expect(await world.vouch(token, { thumbprint: 'other' })).toEqual(notVouched);
  expect(world.pds.asked).toHaveLength(askedOnce);
  world.clock.advance(1);
  world.pds.odd = () => challenge('invalid_token');
  expect(await world.vouch(token)).toEqual(notVouched);
});

test('a no of the PDS is remembered for a minute, so that an app that asks again uses up no question', async () => {
  await using world = await setUp();
  const token = world.issue();
  world.pds.odd = () => challenge('invalid_token');
  expect(await world.vouch(token)).toEqual(notVouched);
  const askedOnce = world.pds.asked.length;
  world.pds.odd = () => undefined;
  world.clock.advance(59_999);
  expect(await world.vouch(token)).toEqual(notVouched);
  expect(world.pds.asked).toHaveLength(askedOnce);
  world.clock.advance(1);
  expect(await world.vouch(token)).toEqual({ kind: 'vouched', clientId });
});

test('three sign-ins at once are one question', async () => {
  await using world = await setUp();
  const token = world.issue();
  const verdicts = await Promise.all([world.vouch(token), world.vouch(token), world.vouch(token)]);
  expect(verdicts.map(({ kind }) => kind)).toEqual(['vouched', 'vouched', 'vouched']);
  expect(world.pds.asked).toHaveLength(5);
});

test('one token is asked about at a time', async () => {
  await using world = await setUp();
  const first = world.issue({ jti: '1' });
  const second = world.issue({ jti: '2' });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const shown: string[] = [];
  world.pds.odd = (token) => {
    shown.push(token);
    return token === first ? promise : undefined;
  };
  const verdicts = [world.vouch(first), world.vouch(second)];
  await eventually('the first is asked about', () => shown.includes(first));
  expect(shown).toEqual([first]);
  resolve(undefined);
  expect((await Promise.all(verdicts)).map(({ kind }) => kind)).toEqual(['vouched', 'vouched']);
  expect(shown.indexOf(second)).toBe(4);
});

test('an app that no question is left for is told to wait, and the PDS is not asked', async () => {
  await using world = await setUp();
  for (let number = 0; number < 6; number += 1) await world.vouch(world.issue({ jti: `${number}` }));
  const asked = world.pds.asked.length;
  expect(await world.vouch(world.issue({ jti: 'late' }))).toMatchObject({
    kind: 'unknown',
    refusal: { code: 'RateLimited' },
  });
  expect(world.pds.asked).toHaveLength(asked);
  world.clock.advance(60_000);
  expect(await world.vouch(world.issue({ jti: 'late' }))).toMatchObject({ kind: 'vouched' });
});

test('strangers with made-up tokens do not keep the owner’s app from being vouched for', async () => {
  await using world = await setUp();
  const [header, payload] = partsOf(world.issue());
  for (let number = 0; number < 20; number += 1) {
    const token = [header, payload, Buffer.from(`stranger ${number}`).toString('base64url')].join('.');
    await world.vouch(token, { address: `203.0.113.${number}`, isAccountProven: false });
  }
  expect(world.pds.asked.filter((path) => path === sessionPath)).toHaveLength(6);
  expect(await world.vouch()).toMatchObject({ kind: 'vouched' });
});

test('one stranger does not keep out an app that sends its PDS token alone', async () => {
  await using world = await setUp();
  const stranger = { address: '203.0.113.9', isAccountProven: false };
  const [header, payload] = partsOf(world.issue());
  for (let number = 0; number < 20; number += 1) {
    await world.vouch([header, payload, Buffer.from(`${number}`).toString('base64url')].join('.'), stranger);
  }
  expect(await world.vouch(world.issue(), { isAccountProven: false })).toMatchObject({ kind: 'vouched' });
});

test('a PDS that is gone vouches for nothing now, and for a new app later', async () => {
  await using world = await setUp();
  await world.pds[Symbol.asyncDispose]();
  expect(await world.vouch()).toMatchObject({ kind: 'unknown', refusal: { code: 'IdentityUnresolved' } });
});

test('a directory that is down is the same', async () => {
  await using world = await setUp();
  world.documents.isDown = true;
  expect(await world.vouch()).toMatchObject({ kind: 'unknown' });
});

test('after ten seconds a PDS that says nothing is waited for no longer', async () => {
  await using world = await setUp();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  world.pds.odd = () => promise;
  const verdict = world.vouch();
  await eventually('the PDS was asked', () => world.pds.asked.includes(sessionPath));
  world.clock.advance(10_000);
  expect(await verdict).toMatchObject({ kind: 'unknown', refusal: { code: 'IdentityUnresolved' } });
  resolve(undefined);
});
