import { describe, expect, test } from 'bun:test';
import { TestApp, type Answer, type Asking } from '../support/app.ts';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { answerApproval, approving, waitingApprovals } from '../support/owner.ts';
import { beginPairing, pairingNow } from '../support/pairing.ts';
import { World } from '../support/world.ts';

// Threat: an app that can have service tokens made asks with key after key, from everywhere, so that the owner's
// own app drowns among its questions, or requests without end are held open.
// Proves the row "approval spam" of SECURITY.md, and 429 `RateLimited` of docs/protocol.md.

const namespace = 'xyz.groundmist.library';
const heldMs = 50_000;
const questionMs = 10 * 60_000;

/** A server that somebody floods, and what each of the flood was answered. */
class Flood implements AsyncDisposable {
  readonly clock: TestClock;
  readonly world: World;
  readonly answers: Answer[] = [];
  #asked: Promise<unknown>[] = [];

  private constructor(world: World, clock: TestClock) {
    this.world = world;
    this.clock = clock;
  }

  static async start(): Promise<Flood> {
    const clock = new TestClock();
    return new Flood(await World.start({ clock }), clock);
  }

  /** Asks so often, each time with a key, an address and an Origin of its own where nothing else is said. */
  async pour(count: number, asking: (number: number) => Partial<Asking>, key?: TestApp): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      const app = key ?? (await TestApp.create(this.world.owner));
      const own = { address: `198.51.100.${number}`, origin: `https://app${number}.example` };
      const answer = app.authenticate(this.world.url, { namespace, ...own, ...asking(number) });
      this.#asked.push(answer.then((given) => this.answers.push(given)));
    }
  }

  /** Once so many wait and so many were turned away. */
  async until(expected: { readonly waiting: number; readonly answered: number }): Promise<void> {
    await eventually(
      `${JSON.stringify(expected)} of ${this.#asked.length}`,
      () => this.answers.length === expected.answered,
    );
    expect(await waitingApprovals(this.world)).toHaveLength(expected.waiting);
    for (const { status, headers, body } of this.answers) {
      expect([status, headers.get('retry-after'), body['error']]).toEqual([429, '60', 'RateLimited']);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.clock.advance(heldMs);
    await Promise.all(this.#asked);
    await this.world[Symbol.asyncDispose]();
  }
}

describe('a flood of questions', () => {
  test('of many keys from many addresses leaves ten waiting, and the others hear when to come back', async () => {
    await using flood = await Flood.start();
    await flood.pour(14, () => ({}));
    await flood.until({ waiting: 10, answered: 4 });
  });

  test.each<[string, (number: number) => Partial<Asking>]>([
    ['one Origin', () => ({ origin: 'https://app.example' })],
    ['one address without an Origin', () => ({ origin: undefined as never, address: '198.51.100.7' })],
    [
      'one network of IPv6',
      (number) => ({ origin: undefined as never, address: `2001:db8:1:2::${number + 1}` }),
    ],
  ])('of many keys of %s leaves three waiting', async (_what, asking) => {
    await using flood = await Flood.start();
    await flood.pour(6, asking);
    await flood.until({ waiting: 3, answered: 3 });
  });

  test('of one key for many namespaces leaves three waiting', async () => {
    await using flood = await Flood.start();
    const key = await TestApp.create(flood.world.owner);
    const same = { origin: 'https://app.example' };
    await flood.pour(5, (number) => ({ ...same, namespace: `xyz.groundmist.n${number}` }), key);
    await flood.until({ waiting: 3, answered: 2 });
  });

  test('of one key for one namespace is one question, and sixteen requests are held', async () => {
    await using flood = await Flood.start();
    await flood.pour(20, () => ({}), await TestApp.create(flood.world.owner));
    await flood.until({ waiting: 1, answered: 4 });
  });

  test('of a key that was denied asks nothing for ten minutes', async () => {
    await using flood = await Flood.start();
    const key = await TestApp.create(flood.world.owner);
    const first = key.authenticate(flood.world.url, { namespace });
    await eventually('it waits', async () => (await waitingApprovals(flood.world)).length === 1);
    for (const { id } of await waitingApprovals(flood.world)) await answerApproval(flood.world, 'deny', id);
    expect((await first).status).toBe(403);
    for (let repeated = 0; repeated < 3; repeated += 1) {
      const answer = await key.authenticate(flood.world.url, { namespace });
      expect(answer).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
    }
    expect(await waitingApprovals(flood.world)).toEqual([]);
  });
});

describe('the owner’s own app', () => {
  test('comes in all the while where it is approved already', async () => {
    await using flood = await Flood.start();
    const own = await TestApp.create(flood.world.owner);
    await flood.world.admit(namespace, own);
    await flood.pour(20, () => ({}));
    await flood.until({ waiting: 10, answered: 10 });
    expect((await own.authenticate(flood.world.url, { namespace })).status).toBe(200);
  });

  test('comes in once the owner has said no to the others', async () => {
    await using flood = await Flood.start();
    await flood.pour(12, () => ({}));
    await flood.until({ waiting: 10, answered: 2 });
    for (const { id } of await waitingApprovals(flood.world)) await answerApproval(flood.world, 'deny', id);
    const own = await TestApp.create(flood.world.owner);
    const { status } = await approving(flood.world, own.authenticate(flood.world.url, { namespace }));
    expect(status).toBe(200);
  });

  test('comes in ten minutes later, by itself', async () => {
    await using flood = await Flood.start();
    await flood.pour(12, () => ({}));
    await flood.until({ waiting: 10, answered: 2 });
    flood.clock.advance(questionMs);
    expect(await waitingApprovals(flood.world)).toEqual([]);
    const own = await TestApp.create(flood.world.owner);
    const asking = { namespace, at: flood.clock.now() };
    const { status } = await approving(flood.world, own.authenticate(flood.world.url, asking));
    expect(status).toBe(200);
  });

  test('comes in by pairing, which no flood from elsewhere can fill', async () => {
    await using flood = await Flood.start();
    const { world } = flood;
    await flood.pour(12, () => ({}));
    await flood.until({ waiting: 10, answered: 2 });
    const address = '203.0.113.9';
    const pairing = await beginPairing(world, address);
    const own = await TestApp.create(world.owner);
    const asked = own.authenticate(world.url, { namespace, address, origin: 'https://app1.example' });
    const { id } = await eventually(
      'the owner is asked',
      async () => (await pairingNow(world, pairing)).approval ?? undefined,
    );
    await answerApproval(world, 'approve', id);
    expect((await asked).status).toBe(200);
  });
});
