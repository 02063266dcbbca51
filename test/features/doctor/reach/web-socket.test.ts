import { expect, test } from 'bun:test';
import { without, withHeader, type Misbehaviour } from '../../../support/test-proxy.ts';
import { ReachWorld, said, troubles } from './reach-world.ts';

const isSocket = (head: { readonly headers: readonly (readonly [string, string])[] }): boolean =>
  head.headers.some(([name]) => name.toLowerCase() === 'sec-websocket-key');
const isRoot = ({ start }: { readonly start: string }): boolean => start.startsWith('GET / ');
const refuse = (status: string): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;

test.each<[string, Misbehaviour, string, string]>([
  [
    'that drops Upgrade',
    { request: (head) => withHeader(without(head, 'upgrade'), 'Connection', 'close') },
    'problem',
    'the Upgrade header does not arrive',
  ],
  [
    'that refuses WebSockets',
    { instead: (head) => (isSocket(head) ? refuse('403 Forbidden') : undefined) },
    'problem',
    'status 403: a rule or a login of the proxy refuses it',
  ],
  [
    'that limits how many requests come',
    { instead: (head) => (isSocket(head) ? refuse('503 Service Unavailable') : undefined) },
    'warning',
    'limit_req',
  ],
  [
    'that reaches no server for them',
    { instead: (head) => (isSocket(head) ? refuse('502 Bad Gateway') : undefined) },
    'problem',
    '/var/log/nginx/error.log',
  ],
  [
    'that knows no WebSockets',
    { instead: (head) => (isSocket(head) ? refuse('400 Bad Request') : undefined) },
    'problem',
    'proxy_set_header Upgrade',
  ],
  [
    'that refuses the path of apps',
    { instead: (head) => (isSocket(head) && isRoot(head) ? refuse('403 Forbidden') : undefined) },
    'problem',
    'status 403: a rule or a login of the proxy refuses it',
  ],
  [
    'that limits requests at the last of them',
    { instead: (head) => (isSocket(head) && isRoot(head) ? refuse('429 Too Many Requests') : undefined) },
    'warning',
    'limit_req',
  ],
  [
    'that hangs up on WebSockets',
    { instead: (head) => (isSocket(head) ? '' : undefined) },
    'problem',
    'comes to nothing',
  ],
  [
    'that keeps the 101 to itself',
    {
      answer: (head) =>
        head.start.includes(' 101 ')
          ? { start: 'HTTP/1.1 500 Oh', headers: [['Content-Length', '0']] }
          : head,
    },
    'problem',
    'although this server accepted it',
  ],
  [
    'that keeps the proof of the 101 to itself',
    { answer: (head) => without(head, 'sec-websocket-accept') },
    'problem',
    'Sec-WebSocket-Accept',
  ],
  [
    'that cuts large frames',
    { body: (bytes, head) => (isSocket(head) && bytes.length > 1000 ? undefined : bytes) },
    'problem',
    'a frame of 100 KiB does not come back',
  ],
  [
    'that changes frames',
    {
      body: (bytes, head) =>
        isSocket(head) ? Buffer.from(bytes.map((byte, index) => (index === 4 ? byte ^ 1 : byte))) : bytes,
    },
    'problem',
    'comes back changed',
  ],
  [
    'that ends sockets without a word',
    { body: (bytes, head) => (isSocket(head) && bytes[0] === 0x88 ? undefined : bytes) },
    'warning',
    'without its code',
  ],
  [
    'that ends sockets with a code of its own',
    {
      body: (bytes, head) =>
        isSocket(head) && bytes[0] === 0x88 ? Buffer.of(0x88, 2, 1000 >> 8, 1000 & 0xff) : bytes,
    },
    'warning',
    'without its code',
  ],
  [
    'that has another rule for the path of apps',
    { instead: (head) => (isSocket(head) && isRoot(head) ? refuse('200 OK') : undefined) },
    'problem',
    'the proxy treats that path otherwise',
  ],
])('a proxy %s is told from a good one', async (_what, misbehaviour, kind, words) => {
  await using world = await ReachWorld.start();
  world.proxy.misbehaviour = misbehaviour;
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['dns warning', `websocket ${kind}`]);
  expect(said(findings, 'websocket')).toContain(words);
});

test.each(['403 Forbidden', '502 Bad Gateway', '503 Service Unavailable'])(
  'a proxy that answers %s gets no lines for Upgrade, which may be in place',
  async (status) => {
    await using world = await ReachWorld.start();
    world.proxy.misbehaviour = { instead: (head) => (isSocket(head) ? refuse(status) : undefined) };
    expect(said(await world.findings(), 'websocket')).not.toContain('Upgrade');
  },
);

test('a proxy that keeps frames to itself is given up', async () => {
  await using world = await ReachWorld.start();
  world.proxy.misbehaviour = { body: (bytes, head) => (isSocket(head) ? Buffer.alloc(0) : bytes) };
  const findings = await world.findings({ timeoutMs: 500 });
  expect(said(findings, 'websocket')).toContain('a frame of 5 bytes does not come back');
});

test('a proxy that floods the socket is given up', async () => {
  await using world = await ReachWorld.start();
  const flood = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.of(0x82, 1, 7)));
  world.proxy.misbehaviour = { body: (bytes, head) => (isSocket(head) ? flood : bytes) };
  const findings = await world.findings();
  expect(said(findings, 'websocket')).toContain('comes back changed');
});
