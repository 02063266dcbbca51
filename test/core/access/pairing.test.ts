import { expect, test } from 'bun:test';
import { Audit } from '../../../src/core/auth/audit.ts';
import { Failure } from '../../../src/core/failure.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { credentialsOf, library, ownerDid, startAccess } from '../../support/access.ts';
import { rejectionOf } from '../../support/rejection.ts';

const refusal = new Failure('NotPermitted', 'proves nothing');
const account = { did: ownerDid, isProven: false, refusal } as const;
const address = '203.0.113.9';
/** What an unmodified app shows whose PDS vouches for nothing. */
const phone = credentialsOf('phone', { account, address });
const stranger = credentialsOf('stranger', { account, address: '198.51.100.7' });
const neighbour = credentialsOf('neighbour', { account, address });

const from = (opener: string) => ({ address: opener, isAddressKnown: true });

/** The owner pairs, and the link was opened on the phone. */
function startPairing(namespace?: string) {
  const started = startAccess();
  const { pairing } = started.access;
  const view = pairing.begin(namespace === undefined ? undefined : parseNamespace(namespace));
  expect(pairing.open(view.code, from(address))).toBe('opened');
  return { ...started, pairing, view, now: () => pairing.next({ id: view.id, version: -1 }, 0) };
}

test('the link has at least 128 bits and is new each time', () => {
  const { pairing } = startAccess().access;
  const codes = [pairing.begin(undefined).code, pairing.begin(undefined).code];
  for (const code of codes) expect(Buffer.from(code, 'base64url').length).toBeGreaterThanOrEqual(16);
  expect(new Set(codes).size).toBe(2);
});

test('the device that opened the link is shown to the owner, and let in by a yes', async () => {
  const { access, ask, now, waitingIds } = startPairing();
  const asked = ask(phone);
  const [id = ''] = waitingIds();
  expect(await now()).toMatchObject({ address, approvalId: id });
  access.approve(id, { permission: 'read-write' });
  expect(await asked).toMatchObject({ kind: 'admitted' });
  expect(await now()).toMatchObject({ approvalId: undefined });
  expect(await ask({ ...phone, address: '192.0.2.1' })).toMatchObject({ kind: 'admitted' });
});

test('everybody else hears what they hear without pairing, and the owner nothing', async () => {
  const { ask, waitingIds } = startPairing();
  expect(await rejectionOf(ask(stranger))).toBe(refusal);
  expect(await rejectionOf(startAccess().ask(phone))).toBe(refusal);
  expect(waitingIds()).toEqual([]);
});

test('that the owner paired, and from where the link was opened, is written down', () => {
  const { database, pairing, view } = startPairing(library);
  pairing.open(view.code, from(address));
  expect(new Audit(database).list(5).map(({ event, details }) => [event, JSON.parse(details)])).toEqual([
    ['pairing-opened', { address }],
    ['pairing-began', { namespace: library }],
  ]);
});

test('before the link is opened nobody may ask', async () => {
  const { access, ask } = startAccess();
  access.pairing.begin(undefined);
  expect(await rejectionOf(ask(phone))).toBe(refusal);
});

test('the first who opens the link has it', () => {
  const { pairing } = startAccess().access;
  const { code } = pairing.begin(undefined);
  expect(pairing.open('', from(address))).toBe('nothing');
  expect(pairing.open(`${code}x`, from(address))).toBe('nothing');
  expect(pairing.open(code, from(address))).toBe('opened');
  expect(pairing.open(code, from('198.51.100.7'))).toBe('nothing');
  expect(pairing.open(code, from(address))).toBe('opened');
});

test('a link opened through a proxy that does not say from where lets nobody ask, and is good for the next', async () => {
  const { access, ask } = startAccess();
  const { pairing } = access;
  const { code, id } = pairing.begin(undefined);
  const proxy = { address: '127.0.0.1', isAddressKnown: false };
  expect(pairing.open('wrong', proxy)).toBe('nothing');
  expect(await pairing.next({ id, version: -1 }, 0)).toMatchObject({ isAddressHidden: false });
  expect(pairing.open(code, proxy)).toBe('hidden');
  expect(await pairing.next({ id, version: -1 }, 0)).toMatchObject({
    address: undefined,
    isAddressHidden: true,
  });
  expect(await rejectionOf(ask({ ...phone, address: '127.0.0.1' }))).toBe(refusal);
  expect(pairing.open(code, from(address))).toBe('opened');
  expect(await pairing.next({ id, version: -1 }, 0)).toMatchObject({ address, isAddressHidden: false });
});

test('of an IPv6 address the network counts', async () => {
  const { access, ask, waitingIds } = startAccess();
  const { code } = access.pairing.begin(undefined);
  expect(access.pairing.open(code, from('2001:db8:1:2:aaaa::1'))).toBe('opened');
  expect(access.pairing.open(code, from('2001:db8:1:3::1'))).toBe('nothing');
  expect(await rejectionOf(ask({ ...phone, address: '2001:db8:1:3::1' }))).toBe(refusal);
  void ask({ ...phone, address: '2001:db8:1:2:bbbb::9' });
  expect(waitingIds()).toHaveLength(1);
});

test('for a namespace, no other may be asked for', async () => {
  const { ask, waitingIds } = startPairing(library);
  expect(await rejectionOf(ask(phone, { namespace: 'xyz.groundmist.notebook' }))).toBe(refusal);
  void ask(phone);
  expect(waitingIds()).toHaveLength(1);
});

test('two devices at once are both refused, and need a new link', async () => {
  const { access, pairing, view, ask, now, waitingIds } = startPairing();
  const asked = ask(phone);
  expect(await rejectionOf(ask(neighbour))).toBe(refusal);
  expect(await rejectionOf(asked)).toBe(refusal);
  expect(waitingIds()).toEqual([]);
  const next = await now();
  expect(next).toMatchObject({ round: 2, address: undefined, approvalId: undefined });
  expect(next?.code).not.toBe(view.code);
  expect(pairing.open(view.code, from(address))).toBe('nothing');
  expect(await rejectionOf(ask(phone))).toBe(refusal);
  expect(pairing.open(next?.code ?? '', from(address))).toBe('opened');
  const again = ask(phone);
  access.approve(waitingIds()[0] ?? '', { permission: 'read' });
  expect(await again).toMatchObject({ kind: 'admitted' });
});

test('the sign-ins of one page are one device', async () => {
  const { access, ask, now, waitingIds } = startPairing();
  const asked = [ask(phone), ask(phone), ask(phone)];
  expect(await now()).toMatchObject({ round: 1, approvalId: waitingIds()[0] ?? '' });
  access.approve(waitingIds()[0] ?? '', { permission: 'read-write' });
  expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(['admitted', 'admitted', 'admitted']);
});

test('a no sounds like any refusal, and that device does not ask again', async () => {
  const { access, ask, now, waitingIds } = startPairing();
  const asked = ask(phone);
  access.deny(waitingIds()[0] ?? '');
  expect(await rejectionOf(asked)).toBe(refusal);
  expect(await rejectionOf(ask(phone))).toBe(refusal);
  expect(waitingIds()).toEqual([]);
  expect(await now()).toMatchObject({ round: 1, address });
  void ask(neighbour);
  expect(waitingIds()).toHaveLength(1);
});

test('no answer in time sounds like any refusal', async () => {
  const { clock, pairing, view, ask } = startPairing();
  const asked = ask(phone);
  for (let passed = 0; passed < 50_000; passed += 10_000) {
    void pairing.next(view, 0);
    clock.advance(10_000);
  }
  expect(await rejectionOf(asked)).toBe(refusal);
});

test('leaving ends it at once, for who waits, too', async () => {
  const { pairing, view, ask, now, waitingIds } = startPairing();
  const asked = ask(phone);
  pairing.end(view.id);
  expect(await rejectionOf(asked)).toBe(refusal);
  expect(await rejectionOf(ask(phone))).toBe(refusal);
  expect(waitingIds()).toEqual([]);
  expect(await now()).toBeUndefined();
});

test('a new pairing ends the one before, whose end does not touch it', async () => {
  const { pairing, view } = startPairing();
  const second = pairing.begin(undefined);
  expect(await pairing.next(view, 0)).toBeUndefined();
  pairing.end(view.id);
  expect(await pairing.next({ id: second.id, version: -1 }, 0)).toMatchObject({ id: second.id });
});

test('without the command that asks what is new, pairing ends', async () => {
  const { clock, ask, now } = startPairing();
  clock.advance(15_000);
  expect(await now()).toBeUndefined();
  expect(await rejectionOf(ask(phone))).toBe(refusal);
});

test('after ten minutes it is over, however much it is watched', async () => {
  const { clock, pairing, view, now, ask } = startPairing();
  for (let passed = 0; passed < 600_000; passed += 10_000) {
    expect(await now()).toBeDefined();
    clock.advance(10_000);
  }
  expect(await now()).toBeUndefined();
  expect(pairing.open(view.code, from(address))).toBe('nothing');
  expect(await rejectionOf(ask(phone))).toBe(refusal);
});

test('who watches hears of a change at once, and otherwise after the time it gave', async () => {
  const { clock, pairing, view, ask, now, waitingIds } = startPairing();
  const seen = await now();
  if (seen === undefined) throw new Error('over');
  const change = pairing.next(seen, 5_000);
  void ask(phone);
  expect(await change).toMatchObject({ id: view.id, approvalId: waitingIds()[0] ?? '' });
  const latest = await now();
  if (latest === undefined) throw new Error('over');
  const nothing = pairing.next(latest, 5_000);
  clock.advance(5_000);
  expect(await nothing).toEqual(latest);
});

test('a proven app on that device is shown, too; elsewhere it waits as ever', async () => {
  const { access, ask, now, waitingIds } = startPairing();
  const proven = credentialsOf('proven', { address: '198.51.100.7' });
  void ask(proven);
  expect(await now()).toMatchObject({ approvalId: undefined });
  const asked = ask({ ...proven, thumbprint: 'other', origin: 'https://b.example', address });
  const id = (await now())?.approvalId ?? '';
  expect(waitingIds()).toContain(id);
  access.deny(id);
  expect(await asked).toMatchObject({ kind: 'refused' });
});
