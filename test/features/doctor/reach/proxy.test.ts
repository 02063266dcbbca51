import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'bun:test';
import { header, TestProxy, withHeader, without, type Misbehaviour } from '../../../support/test-proxy.ts';
import { controlSocketPath } from '../../../../src/core/store/layout.ts';
import { certificates, ReachWorld, said, troubles, unchecked } from './reach-world.ts';

const isProbe = (start: string): boolean => start.startsWith('GET /probe');
const isPost = (start: string): boolean => start.startsWith('POST ');
const answerOf = (status: string, body = '', headers = ''): string =>
  `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

/** What goes on when the first answer to each path is given again, as a cache does that looks at no Cache-Control. */
function cache(): Misbehaviour {
  const kept = new Map<string, string>();
  return {
    instead: ({ start }) => kept.get(start),
    body(bytes, { start }) {
      if (isProbe(start)) kept.set(start, answerOf('200 OK', bytes.toString()));
      return bytes;
    },
  };
}

const proxySaysHttp: Misbehaviour = { request: (head) => withHeader(head, 'X-Forwarded-Proto', 'http') };

test.each<[string, Misbehaviour, string, string]>([
  [
    'that replaces the Host by a name of its own',
    { request: (head) => withHeader(head, 'Host', 'groundmist:3031') },
    'proxy problem',
    'proxy_set_header Host $host',
  ],
  [
    'that replaces the Host by a loopback address',
    { request: (head) => withHeader(head, 'Host', '127.0.0.1:3031') },
    'proxy warning',
    'replaces the Host header',
  ],
  ['that says it was asked in plain HTTP', proxySaysHttp, 'proxy problem', 'TlsRequired'],
  [
    'that redirects',
    { instead: () => answerOf('302 Found', '', 'Location: https://login.example/\r\n') },
    'proxy problem',
    'login page',
  ],
  [
    'that wants a login',
    { instead: () => answerOf('401 Unauthorized', 'who?') },
    'proxy problem',
    'login page',
  ],
  [
    'that reaches no server',
    { instead: () => answerOf('502 Bad Gateway', '<h1>') },
    'proxy problem',
    'proxy_pass http://127.0.0.1:',
  ],
  [
    'that is another site',
    { instead: () => answerOf('404 Not Found', '<h1>') },
    'proxy problem',
    'is not this server',
  ],
  [
    'that answers with too much',
    { instead: () => answerOf('200 OK', 'x'.repeat(70_000)) },
    'proxy problem',
    'came back without an answer',
  ],
  [
    'that changes answers',
    {
      body: (bytes, { start }) =>
        isProbe(start) ? Buffer.from(bytes.toString().replaceAll('a', 'b')) : bytes,
    },
    'proxy problem',
    'another answer comes back',
  ],
  ['that caches what is not to be kept', cache(), 'proxy problem', 'a cache stands before'],
  [
    'that does not say who asks',
    { request: (head) => without(head, 'x-forwarded-for') },
    'client-address warning',
    '$proxy_add_x_forwarded_for',
  ],
  [
    'that lets clients say who they are',
    {
      request(head) {
        const claimed = header(head, 'x-forwarded-for')?.split(', ') ?? [];
        const bare = without(head, 'x-forwarded-for');
        return claimed.length < 2 ? bare : withHeader(bare, 'X-Forwarded-For', claimed[0] ?? '');
      },
    },
    'client-address problem',
    'any stranger can claim',
  ],
  [
    'behind another proxy that nobody named',
    { request: (head) => withHeader(head, 'X-Forwarded-For', '198.51.100.7, 203.0.113.9') },
    'client-address warning',
    'add its addresses (here 203.0.113.9/32)',
  ],
  [
    'that keeps the preflight to itself',
    {
      instead: ({ start }) => (start.startsWith('OPTIONS ') ? answerOf('405 Method Not Allowed') : undefined),
    },
    'sign-in problem',
    'Let the proxy pass OPTIONS on',
  ],
  [
    'that limits how many requests come, at the preflight',
    { instead: ({ start }) => (start.startsWith('OPTIONS ') ? answerOf('503 Busy') : undefined) },
    'sign-in warning',
    'limit_req',
  ],
  [
    'that wants a login for the preflight',
    { instead: ({ start }) => (start.startsWith('OPTIONS ') ? answerOf('401 Unauthorized') : undefined) },
    'sign-in problem',
    'a rule or a login of the proxy refuses it',
  ],
  [
    'that limits how many requests come, at the sign-in',
    { instead: ({ start }) => (isPost(start) ? answerOf('503 Busy', '<h1>') : undefined) },
    'sign-in warning',
    'limit_req',
  ],
  [
    'that wants a login for the sign-in',
    { instead: ({ start }) => (isPost(start) ? answerOf('403 Forbidden', '<h1>') : undefined) },
    'sign-in problem',
    'a rule or a login of the proxy refuses it',
  ],
  [
    'that reaches no server for the sign-in',
    { instead: ({ start }) => (isPost(start) ? answerOf('502 Bad Gateway', '<h1>') : undefined) },
    'sign-in problem',
    '/var/log/nginx/error.log',
  ],
  [
    'that says 502 for a body that is too large for it',
    {
      instead: (head) =>
        isPost(head.start) && Number(header(head, 'content-length')) > 4096
          ? answerOf('502 Bad Gateway')
          : undefined,
    },
    'sign-in problem',
    'request_body max_size',
  ],
  [
    'that wants a certificate of apps',
    { instead: () => answerOf('400 Bad Request', '<title>400 No required SSL certificate was sent</title>') },
    'proxy problem',
    'ssl_verify_client off',
  ],
  [
    'that has a list of allowed headers of its own',
    {
      answer: (head, { start }) =>
        start.startsWith('OPTIONS ')
          ? withHeader(head, 'Access-Control-Allow-Headers', 'authorization')
          : head,
    },
    'sign-in problem',
    'drops or changes Access-Control-Allow-Headers',
  ],
  [
    'that drops Authorization',
    { request: (head) => without(head, 'authorization') },
    'sign-in problem',
    'drops the Authorization header',
  ],
  [
    'that drops DPoP',
    { request: (head) => without(head, 'dpop') },
    'sign-in problem',
    'the DPoP header of requests',
  ],
  [
    'that drops DPoP-Nonce',
    { answer: (head) => without(head, 'dpop-nonce') },
    'sign-in problem',
    'drops DPoP-Nonce of answers',
  ],
  [
    'that drops WWW-Authenticate',
    { answer: (head) => without(head, 'www-authenticate') },
    'sign-in problem',
    'WWW-Authenticate',
  ],
  [
    'that takes small bodies only',
    { instead: ({ start }) => (isPost(start) ? answerOf('413 Payload Too Large') : undefined) },
    'sign-in problem',
    'client_max_body_size',
  ],
])('a proxy %s is told from a good one', async (_what, misbehaviour, expected, words) => {
  await using world = await ReachWorld.start();
  world.proxy.misbehaviour = misbehaviour;
  const findings = await world.findings();
  expect(troubles(findings).filter((trouble) => trouble !== 'dns warning')).toEqual([expected]);
  expect(said(findings, expected.split(' ')[0] ?? '')).toContain(words);
});

test('a proxy that takes its time is told, and the rest is looked at', async () => {
  await using world = await ReachWorld.start();
  let isAsked = false;
  world.proxy.misbehaviour = {
    request(head) {
      if (isProbe(head.start) && !isAsked) world.clock.advance(4500);
      isAsked = isProbe(head.start) || isAsked;
      return head;
    },
  };
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['dns warning', 'proxy warning']);
  expect(said(findings, 'proxy')).toContain('takes 4.5 s');
});

test('a proxy that the server does not trust is named, with what to add to the settings', async () => {
  const environment = { GROUNDMIST_TRUSTED_PROXIES: '192.0.2.0/24' };
  await using world = await ReachWorld.start({ environment });
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['dns warning', 'client-address warning']);
  expect(said(findings, 'client-address')).toContain('Add 127.0.0.1/32 to GROUNDMIST_TRUSTED_PROXIES');
});

test('a server of an earlier version, which has no probes, is to be started again', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const unix = controlSocketPath(world.dataDirectory);
  mkdirSync(dirname(unix));
  using _ = Bun.serve({
    unix,
    fetch: () =>
      Response.json({ error: 'NotFound', message: 'There is nothing at this address.' }, { status: 404 }),
  });
  const findings = await world.findings();
  expect(said(findings, 'proxy')).toContain('it is of another version. Restart it');
});

test('without a running server, what it would have to say is left out for one reason', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['dns warning']);
  const [[why, names] = ['', []]] = Object.entries(unchecked(findings));
  expect(why).toContain('No groundmist runs on this data directory');
  expect(names).toEqual(['proxy', 'client-address', 'sign-in', 'websocket']);
});

const both = {
  resolve: async () => [
    { address: '127.0.0.1', family: 4 as const },
    { address: '127.0.0.2', family: 4 as const },
  ],
};

/** Beside the proxy of a world, one at 127.0.0.2 that leads to this port. */
async function secondProxy(world: ReachWorld, upstreamPort: number): Promise<TestProxy> {
  const second = await TestProxy.start(certificates.good, '127.0.0.2', world.proxy.port);
  second.upstreamPort = upstreamPort;
  return second;
}

test.each<[string, Misbehaviour, string]>([
  ['that says it was asked in plain HTTP', proxySaysHttp, 'proxy problem'],
  [
    'that does not say who asks',
    { request: (head) => without(head, 'x-forwarded-for') },
    'client-address warning',
  ],
  ['that drops DPoP', { request: (head) => without(head, 'dpop') }, 'sign-in problem'],
  ['that drops Upgrade', { request: (head) => without(head, 'upgrade') }, 'websocket problem'],
])('of two addresses the one with a proxy %s is named', async (_what, misbehaviour, expected) => {
  await using world = await ReachWorld.start();
  using second = await secondProxy(world, world.proxy.upstreamPort);
  second.misbehaviour = misbehaviour;
  const findings = await world.findings(both);
  expect(troubles(findings)).toEqual(['dns warning', expected]);
  expect(said(findings, expected.split(' ')[0] ?? '')).toContain('That is so at 127.0.0.2.');
});

test('what is wrong at every address of a name is told once', async () => {
  await using world = await ReachWorld.start();
  using second = await secondProxy(world, world.proxy.upstreamPort);
  second.misbehaviour = world.proxy.misbehaviour = { request: (head) => without(head, 'upgrade') };
  const findings = await world.findings(both);
  expect(troubles(findings)).toEqual(['dns warning', 'websocket problem']);
  expect(said(findings, 'websocket')).not.toContain('127.0.0.2');
});

test.each([
  ['with another key', 'cd'.repeat(32), 'is not this server'],
  ['with the same key', 'ab'.repeat(32), 'has the key of this server'],
])('a name that also leads to another server %s says which address does', async (_what, key, words) => {
  await using world = await ReachWorld.start();
  const environment = {
    ...world.pds.environment(),
    GROUNDMIST_SYNC_SECRET_KEY: key,
    GROUNDMIST_HOST: world.host,
  };
  await using other = await ReachWorld.start({ environment });
  using _ = await secondProxy(world, other.proxy.upstreamPort);
  const findings = await world.findings(both);
  expect(troubles(findings)).toEqual(['dns warning', 'proxy problem']);
  expect(said(findings, 'proxy')).toContain(words);
  expect(said(findings, 'proxy')).toContain('That is so at 127.0.0.2.');
});

test('another process with the key of this server is named where it is one of this machine', async () => {
  await using world = await ReachWorld.start();
  const environment = { ...world.pds.environment(), GROUNDMIST_HOST: world.host };
  await using other = await ReachWorld.start({ environment });
  world.proxy.upstreamPort = other.proxy.upstreamPort;
  const programs = [
    { pid: 4711, words: ['groundmist', 'serve', '--port', '4000'] },
    { pid: 4712, words: ['groundmist', 'status'] },
    { pid: process.pid, words: ['groundmist', 'serve'] },
  ].map((program) => ({ ...program, userId: 0, folder: undefined }));
  const findings = await world.findings({ findPrograms: () => programs });
  expect(said(findings, 'proxy')).toContain('here or on another machine');
  expect(said(findings, 'proxy')).toContain('process 4711, `groundmist serve --port 4000`');
  expect(said(findings, 'proxy')).not.toContain('4712');
  expect(said(findings, 'proxy')).not.toContain(`process ${process.pid}`);
});
