import { expect, test } from 'bun:test';
import { judgeAddresses } from '../../../../src/features/doctor/reach/names.ts';
import type { Surroundings } from '../../../../src/features/doctor/reach/surroundings.ts';
import { freePort } from '../../../support/free-port.ts';
import { ReachWorld, said, troubles, unchecked } from './reach-world.ts';

test.each<[readonly string[], readonly string[], 'ok' | 'warning', string]>([
  [['8.8.8.8'], ['8.8.8.8', 'fe80::1'], 'ok', 'this machine'],
  [['8.8.8.8'], ['192.168.1.5'], 'ok', 'a router, a tunnel or another machine'],
  [['8.8.8.8'], [], 'ok', 'has no network address of its own at the moment'],
  [['8.8.8.8'], ['8.8.4.4'], 'ok', 'This machine has the public address 8.8.4.4 instead'],
  [['2001:4860::1'], ['8.8.4.4'], 'ok', 'a router, a tunnel or another machine'],
  [['192.168.1.5'], ['192.168.1.5'], 'warning', 'devices in its own network'],
  [['100.100.1.2'], [], 'warning', 'in a VPN'],
  [['8.8.8.8', 'fd00::1'], [], 'warning', 'leads to fd00::1'],
  [['127.0.0.1', '::1'], [], 'warning', 'programs on this machine'],
])('%p, for a machine with %p, is %s', (addresses, own, kind, words) => {
  const finding = judgeAddresses('sync.example.com', addresses, own);
  expect(finding.kind).toBe(kind);
  expect(finding.cause).toContain(words);
});

test.each<[readonly string[]]>([[['93.184.216.34']], [['8.8.4.4']], [['192.168.1.5']]])(
  'of an address as the host it is not said that a record leads there, for a machine with %p',
  (own) => {
    const { cause } = judgeAddresses('93.184.216.34', ['93.184.216.34'], own);
    expect(cause).toStartWith('GROUNDMIST_HOST is 93.184.216.34. ');
    expect(cause).not.toContain('record');
  },
);

const noSuchName = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
const noNetwork = () => Promise.reject(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }));

test.each<[string, Surroundings['resolve'], string]>([
  ['has no address', async () => [], 'has no address'],
  ['does not exist', noSuchName, 'has no address'],
  ['cannot be looked up', noNetwork, 'no answer came from the name servers of this machine'],
])('a name that %s says once what stands on it', async (_what, resolve, words) => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({ resolve });
  expect(troubles(findings)).toEqual(['dns problem']);
  expect(said(findings, 'dns')).toContain(words);
  const afterwards = ['tls', 'proxy', 'client-address', 'sign-in', 'websocket'];
  expect(unchecked(findings)).toEqual({ 'It is not known where sync.example.com leads.': afterwards });
});

const answersThatItFails = () =>
  Promise.reject(Object.assign(new Error('queryA ESERVFAIL'), { code: 'ESERVFAIL' }));

test.each<[string, Surroundings['resolve'], string, string]>([
  ['fails alone', answersThatItFails, 'plc.example is found', 'DNSSEC'],
  ['is answered by nobody, alone,', noNetwork, 'plc.example is found', 'DNSSEC'],
])('a name that %s points at its domain, not at this machine', async (_what, resolve, words, cure) => {
  await using world = await ReachWorld.start({ isServed: false });
  const known = { address: '8.8.8.8', family: 4 } as const;
  const findings = await world.findings(
    { resolve: async (name) => (name === 'plc.example' ? [known] : resolve(name)) },
    { GROUNDMIST_PLC_URL: 'https://plc.example' },
  );
  expect(said(findings, 'dns')).toContain(words);
  expect(said(findings, 'dns')).toContain(cure);
  expect(said(findings, 'dns')).not.toContain('network of this machine');
});

test('where name servers know no name at all, the record is not said to be missing', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings(
    { resolve: noSuchName },
    { GROUNDMIST_PLC_URL: 'https://plc.example' },
  );
  expect(said(findings, 'dns')).toContain(
    'nor could plc.example: the name servers of this machine know no such name',
  );
  expect(said(findings, 'dns')).not.toContain('Add an A record');
});

test('a name that fails like every other points at this machine', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings(
    { resolve: answersThatItFails },
    { GROUNDMIST_PLC_URL: 'https://plc.example' },
  );
  expect(said(findings, 'dns')).toContain('nor could plc.example');
  expect(said(findings, 'dns')).toContain('network of this machine');
  expect(said(findings, 'dns')).not.toContain('DNSSEC');
});

test('a name server that answers that it fails is not called silent', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({ resolve: answersThatItFails });
  expect(said(findings, 'dns')).toContain('answer that they cannot find it out (SERVFAIL)');
  expect(said(findings, 'dns')).toContain('DNSSEC');
});

test('a server that is for this machine alone needs no name server, no TLS and no public record', async () => {
  const port = await freePort();
  const environment = { GROUNDMIST_HOST: `localhost:${port}`, PORT: String(port) };
  await using world = await ReachWorld.start({ environment });
  const findings = await world.findings({ resolve: noNetwork });
  expect(troubles(findings)).toEqual([]);
  expect(said(findings, 'record')).toContain('may be that of another server of yours');
  expect(said(findings, 'tls')).toContain('for this machine alone');
  expect(said(findings, 'websocket')).toContain('carries frames both ways');
});
