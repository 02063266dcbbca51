/**
 * Threat: a proof that an approved device made for another address, as for another sync server it talked to, is
 * handed on to this one.
 * Proves docs/protocol.md, "The request": `htu` is our URL with the path and nothing after it, `htm` `POST`.
 *
 * RFC 9449 §4.3 compares after the normalisation of RFC 3986 §6.2.2 and §6.2.3. Of that the case of scheme and
 * host and the default port are taken as equal. Dot segments and percent-encoding are not, nor is a query
 * left out of the claim: §4.2 has none there, and SDKs sign the URL as `fetch` has normalised it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { ComposedServer } from '../support/composed-server.ts';
import { approvedKey, badProof, knock, welcome } from '../support/knock.ts';
import { makeTestKey, type TestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

let world: World;
let device: TestKey;
let port: string;
beforeAll(async () => {
  world = await World.start();
  device = await approvedKey(world);
  ({ port } = new URL(world.url));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

type Address = (port: string) => string;

test.each<[string, Address]>([
  ['our URL', (own) => `http://localhost:${own}/authenticate`],
  ['our URL with a host in capitals', (own) => `http://LOCALHOST:${own}/authenticate`],
  ['our URL with a scheme in capitals', (own) => `HTTP://localhost:${own}/authenticate`],
])('a proof for %s is good', async (_name, htu) => {
  expect(await knock(world, { key: device, claims: { htu: htu(port) } })).toMatchObject(welcome);
});

test('and so is one whose request has a query, which a proof leaves out', async () => {
  const answer = await knock(world, { key: device, url: `${world.url}/authenticate?from=home` });
  expect(answer).toMatchObject(welcome);
});

test('the default port is the same whether it is said or not', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  const signIn = async (htu: string) => {
    const dpop = await server.prove(key, 'opaque', { htu });
    return (await server.signIn({ key, headers: { authorization: 'DPoP opaque', dpop } })).status;
  };
  await server.letIn({ key });
  expect(await signIn('https://sync.example.com:443/authenticate')).toBe(200);
  expect(await signIn('https://sync.example.com:8443/authenticate')).toBe(401);
  expect(await signIn('http://sync.example.com/authenticate')).toBe(401);
});

describe('a proof is refused that was made for', () => {
  test.each<[string, Address]>([
    ['another server', () => 'https://sync.example.com/authenticate'],
    ['another name of this machine', (own) => `http://127.0.0.1:${own}/authenticate`],
    ['a name that begins as ours', (own) => `http://localhost.evil.example:${own}/authenticate`],
    ['a name that ends as ours', (own) => `http://evil.localhost:${own}/authenticate`],
    ['a name with a dot at its end', (own) => `http://localhost.:${own}/authenticate`],
    ['another port', (own) => `http://localhost:${Number(own) - 1}/authenticate`],
    ['no port', () => 'http://localhost/authenticate'],
    ['another scheme', (own) => `https://localhost:${own}/authenticate`],
    ['the scheme of sockets', (own) => `ws://localhost:${own}/authenticate`],
    ['a path in capitals', (own) => `http://localhost:${own}/Authenticate`],
    ['another path', (own) => `http://localhost:${own}/authenticate/x`],
    ['a path with a slash at its end', (own) => `http://localhost:${own}/authenticate/`],
    ['a path with two slashes', (own) => `http://localhost:${own}//authenticate`],
    ['no path', (own) => `http://localhost:${own}`],
    ['a path with dot segments', (own) => `http://localhost:${own}/x/../authenticate`],
    ['a path with encoded dot segments', (own) => `http://localhost:${own}/x/%2e%2e/authenticate`],
    ['a path with one dot', (own) => `http://localhost:${own}/./authenticate`],
    ['an encoded path', (own) => `http://localhost:${own}/%61uthenticate`],
    ['a path with a backslash', (own) => `http://localhost:${own}\\authenticate`],
    ['a query', (own) => `http://localhost:${own}/authenticate?x=1`],
    ['an empty query', (own) => `http://localhost:${own}/authenticate?`],
    ['a fragment', (own) => `http://localhost:${own}/authenticate#x`],
    ['a user', (own) => `http://localhost@localhost:${own}/authenticate`],
    [
      'another server with our name as its user',
      (own) => `http://localhost:${own}@evil.example/authenticate`,
    ],
    ['a path alone', () => '/authenticate'],
    ['nothing', () => ''],
  ])('%s', async (_name, htu) => {
    const answer = await knock(world, { key: device, claims: { htu: htu(port) } });
    expect(answer).toMatchObject(badProof);
    expect(answer.body['message']).toContain('its htu is not');
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['the name in X-Forwarded-Host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
    ['the name in Forwarded', { forwarded: 'host=evil.example;proto=https' }],
    ['the name in X-Original-Host', { 'x-original-host': 'evil.example', 'x-original-url': '/authenticate' }],
  ])('%s', async (_name, headers) => {
    const claims = { htu: 'https://evil.example/authenticate' };
    expect(await knock(world, { key: device, headers, claims })).toMatchObject(badProof);
  });

  test('the name in Host, though we answer to that name', async () => {
    const url = `http://127.0.0.1:${port}/authenticate`;
    expect(await knock(world, { key: device, url, claims: { htu: url } })).toMatchObject(badProof);
  });

  test.each(['GET', 'post', 'PUT', ''])('the method "%s"', async (htm) => {
    const answer = await knock(world, { key: device, claims: { htm } });
    expect(answer).toMatchObject(badProof);
    expect(answer.body['message']).toContain('htm');
  });
});
