import { expect, test } from 'bun:test';
import { parseCidr, type CidrRange } from '../../src/platform/client-address.ts';
import { judgeTransport, type Transport } from '../../src/platform/transport.ts';

const trusted = ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8'].map(parseCidr);

/** What comes without TLS of our own, unless it is said. */
function judge(
  socketAddress: string,
  forwardedProto: string | null,
  ranges: readonly CidrRange[],
  isTls = false,
): Transport {
  return judgeTransport({ socketAddress, isTls, forwardedProto }, ranges);
}

test.each([
  ['127.0.0.1', null],
  ['::1', null],
  ['10.1.2.3', null],
  ['10.1.2.3', 'https'],
  ['fd00::1', 'HTTPS'],
  ['10.1.2.3', 'wss'],
  ['10.1.2.3', 'https, http'],
  ['10.1.2.3', 'gopher'],
])('what %s sends with X-Forwarded-Proto %p is sealed', (peer, proto) => {
  expect(judge(peer, proto, trusted)).toEqual({ kind: 'sealed', peer });
});

test.each([
  ['127.0.0.1', 'http'],
  ['10.1.2.3', ' HTTP '],
  ['10.1.2.3', 'ws'],
  ['10.1.2.3', 'http, https'],
])('what %s sends with X-Forwarded-Proto "%s" came to it in clear', (peer, proto) => {
  expect(judge(peer, proto, trusted)).toEqual({ kind: 'clear-before-proxy', peer });
});

test.each(['172.17.0.1', '203.0.113.9', '2001:db8::1', 'unknown', ''])(
  'what %s sends is clear, whatever it says of itself',
  (peer) => {
    for (const proto of [null, 'https']) {
      expect(judge(peer, proto, trusted)).toEqual({ kind: 'clear', peer });
    }
  },
);

test('this machine needs no trust', () => {
  expect(judge('127.0.0.1', null, [])).toMatchObject({ kind: 'sealed' });
});

test('an IPv4 address in an IPv6 socket is that IPv4 address', () => {
  expect(judge('::ffff:127.0.0.1', null, [])).toEqual({ kind: 'sealed', peer: '127.0.0.1' });
  expect(judge('::ffff:10.1.2.3', null, trusted)).toMatchObject({ kind: 'sealed' });
  expect(judge('::ffff:172.17.0.1', null, trusted)).toEqual({ kind: 'clear', peer: '172.17.0.1' });
});

test('TLS of our own seals what comes from anywhere, and a stranger is not asked what they say of it', () => {
  for (const proto of [null, 'http', 'https']) {
    expect(judge('203.0.113.9', proto, trusted, true)).toEqual({ kind: 'sealed', peer: '203.0.113.9' });
  }
});

test('a trusted proxy that comes by TLS and says that its client did not is believed', () => {
  expect(judge('10.1.2.3', 'http', trusted, true)).toMatchObject({ kind: 'clear-before-proxy' });
});
