import { describe, expect, test } from 'bun:test';
import { makeTestKey } from '../support/proof.ts';
import type { RawAnswer } from '../support/raw-request.ts';
import { Served } from '../support/served.ts';

/*
 * Threat: one network signs in without end, and writes other addresses into headers so as not to be counted, or so that
 * somebody else is. Proves SECURITY.md "floods of sign-ins from one address" and docs/protocol.md, When it is a no, 429:
 * "too many requests from one address (of IPv6, one /64)".
 */

const burst = 120;
type Header = readonly [name: string, value: string];

/** Asks under these headers, from another address of loopback where one is given. */
function ask(served: Served, headers: readonly Header[], from?: string): Promise<RawAnswer> {
  const request = { start: 'POST /authenticate', headers, body: '{}' };
  return served.ask(from === undefined ? request : { ...request, from });
}

const forwarded = (value: string): readonly Header[] => [['X-Forwarded-For', value]];

/** The status of the request after a whole burst, each with what `headersOf` gives for its number. */
async function statusAfterBurst(
  served: Served,
  headersOf: (number: number) => readonly Header[],
  from?: string,
): Promise<number> {
  for (let number = 0; number < burst; number++) {
    const { status } = await ask(served, headersOf(number), from);
    if (status !== 400) return status;
  }
  return (await ask(served, headersOf(burst), from)).status;
}

describe('behind a proxy of this machine, the address that it saw is counted', () => {
  test.each<[string, (number: number) => readonly Header[]]>([
    ['an address', () => forwarded('203.0.113.9')],
    ['an address behind others that the sender wrote', (n) => forwarded(`198.51.100.${n}, 203.0.113.9`)],
    [
      'an address behind proxies that the sender made up',
      (n) => forwarded(`8.8.8.${n}, 127.0.0.1, 203.0.113.9`),
    ],
    [
      'an address in a second header',
      (n) => [
        ['X-Forwarded-For', `8.8.8.${n}`],
        ['X-Forwarded-For', '203.0.113.9'],
      ],
    ],
    ['an address mapped into IPv6', (n) => forwarded(n % 2 === 0 ? '203.0.113.9' : '::ffff:203.0.113.9')],
    ['one /64 of IPv6', (n) => forwarded(`2001:db8:1:2:${n.toString(16)}::${n + 1}`)],
    [
      'one /64, written in many ways',
      (n) => forwarded(n % 2 === 0 ? '2001:0DB8:1:2::1' : '2001:db8:1:2:0:0:0:2'),
    ],
  ])('(%s) and turned away, while others are not', async (_what, headersOf) => {
    await using served = await Served.start();
    expect(await statusAfterBurst(served, headersOf)).toBe(429);
    for (const other of ['203.0.113.10', '2001:db8:1:3::1']) {
      expect((await ask(served, forwarded(other))).status).toBe(400);
    }
  });

  test.each<[string, (number: number) => readonly Header[]]>([
    ['Forwarded', (n) => [['Forwarded', `for=203.0.113.${n}`]]],
    ['X-Real-IP', (n) => [['X-Real-IP', `203.0.113.${n}`]]],
    ['CF-Connecting-IP', (n) => [['CF-Connecting-IP', `203.0.113.${n}`]]],
    ['X-Forwarded-For with what is no address', (n) => forwarded(`203.0.113.${n}, unknown`)],
  ])('and not what %s says', async (_what, headersOf) => {
    await using served = await Served.start();
    expect(await statusAfterBurst(served, headersOf)).toBe(429);
  });

  test('as long as the limit lasts, and a page can read how long to wait', async () => {
    await using served = await Served.start();
    expect(await statusAfterBurst(served, () => forwarded('203.0.113.9'))).toBe(429);
    const refused = await ask(served, [...forwarded('203.0.113.9'), ['Origin', 'https://app.example']]);
    expect(refused.header('retry-after')).toBe('60');
    expect(refused.header('access-control-allow-origin')).toBe('https://app.example');
    served.composed.clock.advance(60_000);
    expect((await ask(served, forwarded('203.0.113.9'))).status).toBe(400);
  });
});

describe('through a chain of proxies', () => {
  const environment = { GROUNDMIST_TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8,2001:db8:ff::/48' };

  test('the address before the last trusted one is counted', async () => {
    await using served = await Served.start({ environment });
    const chain = (number: number) =>
      forwarded(`8.8.8.${number}, 203.0.113.9, 2001:db8:ff::7, 10.${number}.0.1`);
    expect(await statusAfterBurst(served, chain)).toBe(429);
    expect((await ask(served, forwarded('203.0.113.10, 10.0.0.1'))).status).toBe(400);
  });

  test('a proxy outside the named ranges is a sender like any other', async () => {
    await using served = await Served.start({ environment });
    const chain = (number: number) => forwarded(`203.0.113.${number}, 11.0.0.1`);
    expect(await statusAfterBurst(served, chain)).toBe(429);
  });
});

describe('who is no trusted proxy', () => {
  test('is counted by its own address, whatever it forwards', async () => {
    await using served = await Served.start({ environment: { GROUNDMIST_TRUSTED_PROXIES: '127.0.0.1/32' } });
    const claimed = (number: number) => forwarded(`203.0.113.${number}`);
    expect(await statusAfterBurst(served, claimed, '127.0.0.2')).toBe(429);
    expect((await ask(served, [], '127.0.0.3')).status).toBe(400);
    expect((await ask(served, forwarded('203.0.113.1'), '127.0.0.1')).status).toBe(400);
  });

  test('is shown to the owner by its own address', async () => {
    await using served = await Served.start({ environment: { GROUNDMIST_TRUSTED_PROXIES: '192.0.2.0/24' } });
    void served.signIn({ key: await makeTestKey(), headers: { 'x-forwarded-for': '203.0.113.9' } });
    await served.composed.nextApproval();
    expect(served.composed.groundmist.core.access.list().approvals).toMatchObject([{ address: '127.0.0.1' }]);
  });
});
