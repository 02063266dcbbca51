import { expect, test } from 'bun:test';
import { judgeClock } from '../../../../src/features/doctor/reach/pds-clock.ts';
import { recordAnswer, type Answers } from '../../../support/fake-pds.ts';
import { ReachWorld, said, troubles, unchecked } from './reach-world.ts';

const dateAtMs = Date.parse('Sat, 28 Nov 2026 21:00:00 GMT');
const date = 'Sat, 28 Nov 2026 21:00:00 GMT';

test.each<[string, readonly [number, number], 'ok' | 'warning' | 'problem', string]>([
  ['as late as the whole second of the header allows', [999, 1500], 'ok', 'agrees'],
  ['12 s ahead', [12_000, 12_100], 'warning', '11 s ahead'],
  ['70 s ahead', [70_000, 70_100], 'problem', '1 min 9 s ahead'],
  ['12 s behind', [-12_500, -12_000], 'warning', '12 s behind'],
  ['two minutes behind', [-121_000, -120_000], 'problem', '2 min behind'],
  ['somewhere in an answer that took half a minute', [-15_000, 15_000], 'ok', 'agrees'],
])('a clock %s is judged by what way and rounding do not explain', (_what, [sent, answered], kind, words) => {
  const timed = { sentAtMs: dateAtMs + sent, answeredAtMs: dateAtMs + answered, date, age: null };
  const finding = judgeClock(timed, 'pds.example.com', { timed, host: 'plc.directory' });
  expect(finding.kind).toBe(kind);
  expect(finding.cause).toContain(words);
});

test('an answer from a cache counts as old as the cache says', () => {
  const timed = { sentAtMs: dateAtMs + 300_000, answeredAtMs: dateAtMs + 300_100, date, age: '300' };
  expect(judgeClock(timed, 'pds.example.com', undefined).kind).toBe('ok');
});

const ofDirectory = (offMs: number) => ({
  host: 'plc.directory',
  timed: {
    sentAtMs: dateAtMs,
    answeredAtMs: dateAtMs + 100,
    date: new Date(dateAtMs + offMs).toUTCString(),
    age: null,
  },
});

test('a PDS whose clock nobody else has is not blamed on this machine', () => {
  const of1970 = {
    sentAtMs: dateAtMs,
    answeredAtMs: dateAtMs + 100,
    date: 'Thu, 01 Jan 1970 00:00:00 GMT',
    age: null,
  };
  const finding = judgeClock(of1970, 'pds.example.com', ofDirectory(0));
  expect(finding).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining('The clock of your PDS pds.example.com'),
  });
  expect(JSON.stringify(finding)).not.toContain('timedatectl');
});

test('a clock that differs from the PDS and from the directory is that of this machine', () => {
  const late = {
    sentAtMs: dateAtMs,
    answeredAtMs: dateAtMs + 100,
    date: new Date(dateAtMs + 120_000).toUTCString(),
    age: null,
  };
  expect(judgeClock(late, 'pds.example.com', ofDirectory(120_000))).toMatchObject({
    kind: 'problem',
    cause: expect.stringMatching(/The clock of this machine is .* behind/),
  });
});

test('where nobody else can be asked, it is not said whose clock is wrong', () => {
  const late = {
    sentAtMs: dateAtMs,
    answeredAtMs: dateAtMs + 100,
    date: new Date(dateAtMs + 120_000).toUTCString(),
    age: null,
  };
  expect(judgeClock(late, 'pds.example.com', undefined)).toMatchObject({
    kind: 'problem',
    cause: expect.stringContaining('one of the two is wrong'),
  });
});

test('the directory is asked for the second opinion', async () => {
  const answers: Answers = {
    'com.atproto.server.describeServer': () =>
      Response.json({}, { headers: { date: 'Thu, 01 Jan 1970 00:00:00 GMT' } }),
  };
  await using world = await ReachWorld.start({ answers, isServed: false });
  const findings = await world.findings();
  expect(troubles(findings)).toContain('clock warning');
  expect(said(findings, 'clock')).toContain('The clock of your PDS');
});

test('a PDS that does not say what time it has is no finding', () => {
  const timed = { sentAtMs: dateAtMs, answeredAtMs: dateAtMs, date: null, age: null };
  expect(judgeClock(timed, 'pds.example.com', undefined)).toMatchObject({
    kind: 'unchecked',
    cause: expect.stringContaining('no Date header'),
  });
});

test('a wrong clock of this machine is found by asking the PDS', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  world.clock.turnAhead(100_000);
  const findings = await world.findings();
  expect(troubles(findings)).toContain('clock problem');
  expect(said(findings, 'clock')).toContain('timedatectl set-ntp true');
});

const record = (value: unknown): Answers => ({
  'com.atproto.repo.getRecord': () => recordAnswer('did:plc:x', value),
});

test.each<[string, Answers, string]>([
  [
    'names another host',
    record({ $type: 'xyz.groundmist.sync', host: 'elsewhere.example.com' }),
    'to elsewhere.example.com, not to sync.example.com',
  ],
  ['names no host', record({ $type: 'xyz.groundmist.sync', host: '\u001b[2J' }), 'names no host'],
  [
    'cannot be read',
    { 'com.atproto.repo.getRecord': () => new Response('<h1>', { status: 500 }) },
    'status 500',
  ],
])('a record that %s is a problem', async (_what, answers, words) => {
  await using world = await ReachWorld.start({ answers, isServed: false });
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['record problem', 'dns warning']);
  expect(said(findings, 'record')).toContain(words);
});

test('a record of this host with the key of another server is a problem, as it is for the server itself', async () => {
  const answers: Answers = {
    'com.atproto.repo.getRecord': () => recordAnswer('did:plc:x', { ...named, publicKeyMultibase: 'zDnaeX' }),
  };
  const named = { $type: 'xyz.groundmist.sync', host: '' };
  await using world = await ReachWorld.start({ answers, isServed: false });
  named.host = world.host;
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['record problem', 'dns warning']);
  expect(said(findings, 'record')).toContain('another key or DID than this server has');
});

test('a record that is not there is a warning: the server itself is well', async () => {
  const answers: Answers = {
    'com.atproto.repo.getRecord': () => Response.json({ error: 'RecordNotFound' }, { status: 400 }),
  };
  await using world = await ReachWorld.start({ answers, isServed: false });
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['record warning', 'dns warning']);
  expect(said(findings, 'record')).toContain('Nothing is published');
});

test('an identity that cannot be resolved says once what stands on it', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  world.pds.owner.outage(true);
  const findings = await world.findings();
  expect(troubles(findings)).toEqual(['identity problem', 'dns warning']);
  expect(unchecked(findings)).toMatchObject({ 'Your identity could not be made out.': ['clock', 'record'] });
});

test('a handle that does not lead back is a warning', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({ resolveTxt: async () => [`did=did:plc:${'a'.repeat(24)}`] });
  expect(troubles(findings)).toEqual(['identity warning', 'dns warning']);
});

test('a handle that could not be looked up for an outage is no reason to change it', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({ resolveTxt: () => Promise.reject(new Error('no answer')) });
  expect(troubles(findings)).toEqual(['identity warning', 'dns warning']);
  expect(said(findings, 'identity')).toContain('DNS could not be asked for _atproto.');
  expect(said(findings, 'identity')).toContain('Change nothing in your account for that');
  expect(said(findings, 'identity')).not.toContain('Set the handle again');
});

test.each<[string, readonly string[], string]>([
  ['leads nowhere', [], 'give _atproto.'],
  ['has two different records', ['did=did:plc:a', 'did=did:plc:b'], 'the one TXT record did=did:plc:'],
  ['leads to nonsense', ['did=nonsense'], 'the one TXT record did=did:plc:'],
])('a handle that %s is cured where it is: in DNS, or in the account', async (_what, records, words) => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({ resolveTxt: async () => records });
  expect(troubles(findings)).toEqual(['identity warning', 'dns warning']);
  expect(said(findings, 'identity')).toContain(words);
});

test('without a public name everything public is left out for one reason', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({}, { GROUNDMIST_HOST: undefined });
  expect(troubles(findings)).toEqual([]);
  expect(unchecked(findings)).toEqual({
    'There is no public name (GROUNDMIST_HOST), so this server is for this machine alone.': [
      'record',
      'dns',
      'tls',
      'proxy',
      'client-address',
      'sign-in',
      'websocket',
    ],
  });
});

test('settings that cannot be used leave out everything for one reason', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({}, { GROUNDMIST_SYNC_SECRET_KEY: 'short' });
  expect(troubles(findings)).toEqual([]);
  expect(Object.keys(unchecked(findings))).toEqual(['GROUNDMIST_SYNC_SECRET_KEY cannot be read.']);
});
