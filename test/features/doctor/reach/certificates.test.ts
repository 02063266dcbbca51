import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'bun:test';
import type { TlsLook } from '../../../../src/platform/tls-look.ts';
import { judgeCertificate } from '../../../../src/features/doctor/reach/certificate-words.ts';
import type { Identity } from '../../../support/made-certificates.ts';
import { certificates, ReachWorld, said, troubles, unchecked } from './reach-world.ts';

const afterwards = ['proxy', 'client-address', 'sign-in', 'websocket'];
const leftOut = (host: string) => ({
  [`No address of ${host} that was asked answers with TLS that apps trust.`]: afterwards,
});
const dayMs = 86_400_000;

test.each<[string, Identity, string]>([
  ['has ended', certificates.expired, 'ended 1 day'],
  ['is for another name', certificates.otherName, 'has a certificate for other.example.com'],
  ['is signed by itself', certificates.selfSigned, 'signed by itself'],
  ['has its name in the subject alone', certificates.nameless, 'Subject Alternative Name'],
  ['comes without that of its issuer', certificates.alone, 'fullchain.pem'],
])(
  'a certificate that %s keeps apps out, and what stands on it is left out',
  async (_what, identity, words) => {
    await using world = await ReachWorld.start({ identity });
    const findings = await world.findings();
    expect(troubles(findings)).toEqual(['dns warning', 'tls problem']);
    expect(said(findings, 'tls')).toContain(words);
    expect(unchecked(findings)).toEqual(leftOut(world.host));
  },
);

test('a certificate by an authority that nobody knows keeps apps out', async () => {
  await using world = await ReachWorld.start({ identity: certificates.unknown });
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['dns warning', 'tls problem']);
  expect(said(findings, 'tls')).toContain('signed by Groundmist test stranger, which is on no public list');
});

test.each([
  [70, []],
  [80, ['tls warning']],
  [88, ['tls problem']],
])('a certificate for 90 days, after %d of them: %p', async (days, expected) => {
  await using world = await ReachWorld.start({ isServed: false });
  world.clock.turnAhead(days * dayMs);
  const findings = await world.findings();
  expect(troubles(findings).filter((trouble) => trouble.startsWith('tls'))).toEqual(expected);
});

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

/** A port of loopback that answers the first bytes of a connection with these. */
async function portThatSays(bytes: string | Uint8Array | undefined): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (bytes === undefined) return;
    if (bytes.length === 0) socket.destroy();
    else socket.once('data', () => socket.end(bytes));
  });
  opened.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** A TLS record with a fatal alert (RFC 8446 §6). */
const alert = (description: number): Uint8Array => Uint8Array.of(21, 3, 1, 0, 2, 2, description);

test.each<[string, string | Uint8Array | undefined, string]>([
  ['that speaks plain HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'speaks no TLS'],
  ['that has no certificate for the name', alert(80), 'has no certificate for sync.example.com'],
  ['that knows no such name', alert(112), 'has no certificate for sync.example.com'],
  ['that speaks old TLS only', alert(70), 'ssl_protocols TLSv1.2 TLSv1.3'],
  ['that closes at once', '', 'closed before TLS began'],
  ['that says nothing', undefined, 'Nothing answers in time'],
])('a port %s is told as what it is', async (_what, bytes, words) => {
  await using world = await ReachWorld.start({ isServed: false });
  const host = `sync.example.com:${await portThatSays(bytes)}`;
  const findings = await world.findings({ timeoutMs: 500 }, { GROUNDMIST_HOST: host });
  expect(troubles(findings).filter((trouble) => !trouble.startsWith('record'))).toEqual([
    'dns warning',
    'tls problem',
  ]);
  expect(said(findings, 'tls')).toContain(words);
  expect(unchecked(findings)).toEqual(leftOut(host));
});

test('a closed port is a problem, with what may close it', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({}, { GROUNDMIST_HOST: 'sync.example.com:1' });
  expect(said(findings, 'tls')).toContain('No connection is accepted at 127.0.0.1, port 1');
  expect(troubles(findings)).toContain('tls problem');
});

test('one address that is dead among good ones is a warning of its own, and the others are looked at', async () => {
  await using world = await ReachWorld.start();
  const findings = await world.findings({
    resolve: async () => [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ],
  });
  expect(troubles(findings)).toEqual(['dns warning', 'tls warning']);
  expect(said(findings, 'tls')).toMatch(
    /No connection is accepted at ::1.*while 127\.0\.0\.1 answers.*remove the AAAA record/,
  );
  expect(said(findings, 'websocket')).toContain('carries frames both ways');
});

test('addresses of IPv6 are not held against a machine that has none', async () => {
  await using world = await ReachWorld.start();
  const findings = await world.findings({
    resolve: async () => [
      { address: '2001:4860:4860::8888', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ],
    ownAddresses: () => ['192.168.1.5', 'fe80::1'],
  });
  expect(troubles(findings)).toEqual(['dns warning']);
  expect(said(findings, 'tls')).toContain('no IPv6 of its own to ask 2001:4860:4860::8888');
});

test.each([
  ['with private addresses only, the router may just not lead back in', ['192.168.1.5'], 'tls warning'],
  ['with a public address of its own, nothing else explains it', ['203.0.113.5', '8.8.4.4'], 'tls problem'],
])('of a public address that is silent to a machine %s', async (_what, own, expected) => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({
    resolve: async () => [{ address: '8.8.8.8', family: 4 }],
    ownAddresses: () => own,
    lookAtTls: async () => ({ kind: 'silent' }),
  });
  expect(troubles(findings)).toEqual([expected]);
  expect(unchecked(findings)).toEqual(leftOut(world.host));
  expect(said(findings, 'tls').includes('phone without Wi-Fi')).toBe(expected === 'tls warning');
});

test('a machine without a network says nothing of the public address', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({
    resolve: async () => [{ address: '8.8.8.8', family: 4 }],
    ownAddresses: () => [],
    lookAtTls: async () => ({ kind: 'no-route' }),
  });
  expect(troubles(findings)).toEqual(['tls warning']);
  expect(said(findings, 'tls')).toContain('This machine has no way to 8.8.8.8');
  expect(said(findings, 'tls')).toContain('Check the network of this machine');
  expect(Object.keys(unchecked(findings))).toEqual([`This machine can ask no address of ${world.host}.`]);
});

test.each<TlsLook['kind']>(['refused', 'silent', 'closed'])(
  'a public address that is not of this machine, which has one, and is %s points at the DNS record',
  async (kind) => {
    await using world = await ReachWorld.start({ isServed: false });
    const findings = await world.findings({
      resolve: async () => [{ address: '8.8.8.8', family: 4 }],
      ownAddresses: () => ['8.8.4.4', '2001:4860::1'],
      lookAtTls: async () => ({ kind }) as TlsLook,
    });
    expect(said(findings, 'tls')).toContain('change the A record of sync.example.com to 8.8.4.4');
    expect(said(findings, 'tls')).not.toContain('Start the proxy');
  },
);

test('a certificate that is not valid yet points at the clock', () => {
  const certificate = {
    names: ['sync.example.com'],
    issuer: 'Somebody',
    validFrom: 2 * dayMs,
    validTo: 90 * dayMs,
    hasIssuer: true,
    namesIssuerAddress: true,
  };
  const asked = { name: 'sync.example.com', address: '192.0.2.1', now: dayMs };
  expect(judgeCertificate({ kind: 'distrusted', why: 'not-yet-valid', certificate }, asked)).toMatchObject({
    kind: 'problem',
    cure: expect.stringContaining('timedatectl set-ntp true'),
  });
});

test.each([
  [['router.lan'], 'not for sync.example.com'],
  [[], 'for no name at all'],
  [['*.example.com'], 'signed by itself'],
])('a certificate for %p that is signed by itself is told as what it is', (names, words) => {
  const certificate = {
    names,
    issuer: 'router',
    validFrom: 0,
    validTo: 90 * dayMs,
    hasIssuer: false,
    namesIssuerAddress: false,
  };
  const asked = { name: 'sync.example.com', address: '192.0.2.1', now: dayMs };
  const finding = judgeCertificate({ kind: 'distrusted', why: 'self-signed', certificate }, asked);
  expect(finding.cause).toContain(words);
});

test('a certificate that lives for a week is not old on its second day', () => {
  const certificate = {
    names: [],
    issuer: 'A\u001b[2J',
    validFrom: 0,
    validTo: 7 * dayMs,
    hasIssuer: true,
    namesIssuerAddress: true,
  };
  const finding = judgeCertificate(
    { kind: 'trusted', certificate },
    { name: 'sync.example.com', address: '192.0.2.1', now: dayMs },
  );
  expect(finding.kind).toBe('ok');
  expect(finding.cause).not.toContain('\u001b');
});

test('for an address as the host there is no DNS record to correct', () => {
  const certificate = {
    names: ['router.lan'],
    issuer: 'router',
    validFrom: 0,
    validTo: 90 * dayMs,
    hasIssuer: false,
    namesIssuerAddress: false,
  };
  const asked = { name: '93.184.216.34', address: '93.184.216.34', now: dayMs };
  const finding = judgeCertificate({ kind: 'distrusted', why: 'other-name', certificate }, asked);
  expect(JSON.stringify(finding)).not.toContain('DNS');
  expect(finding).toMatchObject({ cure: expect.stringContaining('GROUNDMIST_HOST') });
});
