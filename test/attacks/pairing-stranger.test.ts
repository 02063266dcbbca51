import { describe, expect, test } from 'bun:test';
import { TestApp, type Answer } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { answerApproval, waitingApprovals } from '../support/owner.ts';
import { beginPairing, endPairing, openLink, pairingNow } from '../support/pairing.ts';
import { startOwner } from '../support/plc.ts';
import { TokenPds } from '../support/token-pds.ts';
import { World } from '../support/world.ts';

// Threat: a stranger polls until the owner pairs, with a token whose claims name the owner and the owner's app,
// and hopes to be taken for the device that is being paired.
// Proves the row "a stranger who polls while the owner lets a device in by pairing" of SECURITY.md.

const namespace = 'xyz.groundmist.library';
const home = '203.0.113.9';
const elsewhere = '198.51.100.7';
const ownApp = 'https://library.example/client.json';

/** An owner whose PDS can be asked, and vouches for no token that it did not issue. */
async function startWorld() {
  const opened = new AsyncDisposableStack();
  const pds = opened.use(new TokenPds());
  const owner = opened.use(await startOwner({ pdsUrl: pds.url }));
  const privateHosts = [...owner.privateHosts, pds.host];
  const world = opened.use(await World.start({ owner: { ...owner, privateHosts } }));
  return { world, pds, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

type Started = Awaited<ReturnType<typeof startWorld>>;

/** A key whose token says all that the owner's app would say, but for the PDS's signature. */
async function startStranger({ world, pds }: Started) {
  const app = await TestApp.create(world.owner);
  const claims = { sub: world.owner.did, cnf: { jkt: app.thumbprint }, client_id: ownApp };
  const forged = `${pds.issue(claims)}x`;
  return (address = elsewhere): Promise<Answer> =>
    app.authenticate(world.url, { namespace, address, pdsToken: forged, origin: new URL(ownApp).origin });
}

/** All that can be told of an answer from outside, but for what is new each time. */
function bytesOf({ status, headers, body }: Answer): string {
  const kept = [...headers].filter(([name]) => !['date', 'dpop-nonce', 'x-request-id'].includes(name));
  return JSON.stringify([status, kept, body]);
}

describe('a stranger that polls', () => {
  test('hears the same, byte for byte, before, while and after the owner pairs, and nobody hears of it', async () => {
    await using started = await startWorld();
    const { world } = started;
    const poll = await startStranger(started);
    const before = await poll();
    expect(before).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
    const pairing = await beginPairing(world);
    const begun = await poll();
    await openLink(world, pairing, home);
    const opened = await poll();
    expect(await waitingApprovals(world)).toEqual([]);
    expect(await pairingNow(world, pairing)).toMatchObject({ round: 1, address: home, approval: null });
    await endPairing(world, pairing);
    const after = await poll();
    expect([begun, opened, after].map(bytesOf)).toEqual(Array(3).fill(bytesOf(before)));
  });

  test('cannot become the paired device: the link is opened once, and not by guessing', async () => {
    await using started = await startWorld();
    const { world } = started;
    const poll = await startStranger(started);
    const pairing = await beginPairing(world);
    for (const code of ['A'.repeat(32), '', 'undefined', '%00', '..%2fpair']) {
      const guessed = { ...pairing, link: `${world.url}/pair/${code}` };
      expect(await openLink(world, guessed, elsewhere)).toBe(404);
    }
    expect(await pairingNow(world, pairing)).toMatchObject({ address: null });
    expect(await openLink(world, pairing, home)).toBe(200);
    expect(await openLink(world, pairing, elsewhere)).toBe(404);
    expect((await poll()).status).toBe(403);
    expect(await pairingNow(world, pairing)).toMatchObject({ address: home, approval: null });
  });

  test('that writes the paired address into X-Forwarded-For itself is known by its own', async () => {
    await using started = await startWorld();
    const { world } = started;
    const poll = await startStranger(started);
    const pairing = await beginPairing(world, home);
    expect((await poll(`${home}, ${elsewhere}`)).status).toBe(403);
    expect(await pairingNow(world, pairing)).toMatchObject({ approval: null });
  });
});

describe('two devices at the paired address', () => {
  test('are both denied, and pairing starts again with another link', async () => {
    await using started = await startWorld();
    const { world } = started;
    const [own, stranger] = [await startStranger(started), await startStranger(started)];
    const pairing = await beginPairing(world, home);
    const asked = own(home);
    await eventually('it is asked', async () => (await pairingNow(world, pairing)).approval ?? undefined);
    const refused = [await stranger(home), await asked];
    const outside = await (await startStranger(started))();
    expect(refused.map(bytesOf)).toEqual([bytesOf(outside), bytesOf(outside)]);
    expect(await waitingApprovals(world)).toEqual([]);
    const next = await pairingNow(world, pairing);
    expect(next).toMatchObject({ round: 2, address: null, approval: null });
    expect(next.link).not.toBe(pairing.link);
    expect(await openLink(world, pairing, home)).toBe(404);
    expect((await own(home)).status).toBe(403);
  });

  test('and the owner’s own gets in by the new link', async () => {
    await using started = await startWorld();
    const { world } = started;
    const [own, stranger] = [await startStranger(started), await startStranger(started)];
    const pairing = await beginPairing(world, home);
    const asked = own(home);
    await eventually('it is asked', async () => (await pairingNow(world, pairing)).approval ?? undefined);
    await Promise.all([stranger(home), asked]);
    expect(await openLink(world, await pairingNow(world, pairing), home)).toBe(200);
    const again = own(home);
    const { id } = await eventually(
      'it is asked again',
      async () => (await pairingNow(world, pairing)).approval ?? undefined,
    );
    await answerApproval(world, 'approve', id);
    expect((await again).status).toBe(200);
  });
});
