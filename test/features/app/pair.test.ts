import { expect, test } from 'bun:test';
import { Watched } from '../../../src/core/access/watched.ts';
import { Failure } from '../../../src/core/failure.ts';
import { pair, type PairingServer } from '../../../src/features/app/pair.ts';
import type { AnsweredApproval, ShownApproval } from '../../../src/features/app/listing.ts';
import type { ShownPairing } from '../../../src/features/app/pairing-controls.ts';
import { eventually } from '../../support/eventually.ts';
import { rejectionOf } from '../../support/rejection.ts';

const begun: ShownPairing = {
  id: 1,
  version: 1,
  round: 1,
  link: 'https://sync.example.com/pair/first',
  address: null,
  isAddressHidden: false,
  approval: null,
};

const approval = (id: string): ShownApproval => ({
  id,
  namespace: 'xyz.groundmist.library',
  app: { kind: 'unverified', name: 'https://app.example', metadata: null },
  origin: 'https://app.example',
  userAgent: 'Browser/1',
  address: '203.0.113.9',
  askedAt: '2026-11-21T07:00:00.000Z',
});

/** A server that the test moves, and a person whose answers the test gives. */
function startPairing() {
  const calls: string[] = [];
  const said: string[] = [];
  const told: AnsweredApproval[] = [];
  const questions: { readonly id: string; readonly until: AbortSignal; answer(isYes: boolean): void }[] = [];
  const pairing = new Watched<ShownPairing | null>(begun);
  const answer = (kind: string, permission: string) => async (asked: ShownApproval) => {
    calls.push(`${kind} ${asked.id}`);
    return { approval: { ...asked, permission, remembered: false } };
  };
  const server: PairingServer = {
    begin: async () => begun,
    async next(seen) {
      if (pairing.value !== null) await pairing.changed(seen.version - begun.version, () => () => {});
      return pairing.value && { ...pairing.value, version: pairing.version + begun.version };
    },
    end: async ({ id }) => void calls.push(`end ${id}`),
    approve: answer('approve', 'read-write'),
    deny: answer('deny', 'none'),
  };
  const leaving = new AbortController();
  const run = pair({
    server,
    namespace: null,
    signal: leaving.signal,
    say: (text) => void said.push(text),
    confirm: ({ id }, until) =>
      new Promise((resolve, reject) => {
        questions.push({ id, until, answer: resolve });
        until.addEventListener('abort', () => reject(new Error('gone')));
      }),
    told: async (answered) => void told.push(answered.approval),
  });
  return {
    calls,
    said,
    told,
    questions,
    server,
    run,
    leave: () => leaving.abort(),
    /** Lets the server say what has changed. */
    change(to: Partial<ShownPairing> | null) {
      pairing.set(to === null ? null : { ...(pairing.value ?? begun), ...to });
    },
  };
}

test('the link is shown, then who opened it, then each who asks, and a yes is carried over', async () => {
  const world = startPairing();
  await eventually('the link is shown', () => world.said.some((text) => text.includes(begun.link)));
  world.change({ address: '203.0.113.9' });
  await eventually('the address is shown', () => world.said.some((text) => text.includes('203.0.113.9')));
  world.change({ approval: approval('k7m2qx') });
  const question = await eventually('it is asked', () => world.questions[0]);
  question.answer(true);
  await eventually('the answer is told', () => world.told.length === 1);
  world.change({ approval: null });
  world.change(null);
  await world.run;
  expect(world.calls).toEqual(['approve k7m2qx', 'end 1']);
  expect(world.told).toMatchObject([{ id: 'k7m2qx', permission: 'read-write' }]);
  expect(world.said.at(-1)).toContain('Pairing is over');
});

test('a link opened by nobody knows whom is said, with the header that is missing', async () => {
  const world = startPairing();
  world.change({ isAddressHidden: true });
  await eventually('it is said', () => world.said.some((text) => text.includes('send X-Forwarded-For')));
  world.change({ isAddressHidden: false, address: '203.0.113.9' });
  await eventually('the address is shown', () => world.said.some((text) => text.includes('203.0.113.9')));
  world.leave();
  await world.run;
});

test('a no is carried over', async () => {
  const world = startPairing();
  world.change({ approval: approval('k7m2qx') });
  (await eventually('it is asked', () => world.questions[0])).answer(false);
  await eventually('the answer is told', () => world.told.length === 1);
  world.leave();
  await world.run;
  expect(world.calls).toEqual(['deny k7m2qx', 'end 1']);
});

test('when two ask at once the question goes away unanswered, and a new link is shown', async () => {
  const world = startPairing();
  world.change({ approval: approval('k7m2qx') });
  const question = await eventually('it is asked', () => world.questions[0]);
  world.change({ round: 2, link: 'https://sync.example.com/pair/second', approval: null });
  await eventually('the new link is shown', () => world.said.at(-1)?.includes('/pair/second'));
  expect(question.until.aborted).toBe(true);
  expect(world.said.some((text) => text.includes('Two devices asked at once'))).toBe(true);
  world.leave();
  await world.run;
  expect(world.calls).toEqual(['end 1']);
});

test('leaving ends it at the server at once, question or not', async () => {
  const world = startPairing();
  world.change({ approval: approval('k7m2qx') });
  await eventually('it is asked', () => world.questions[0]);
  world.leave();
  await world.run;
  expect(world.calls).toEqual(['end 1']);
});

test('a question that was answered elsewhere is no failure', async () => {
  const world = startPairing();
  world.server.approve = () => Promise.reject(new Failure('NotFound', 'gone'));
  world.change({ approval: approval('k7m2qx') });
  (await eventually('it is asked', () => world.questions[0])).answer(true);
  await eventually('it is said', () => world.said.at(-1)?.includes('answered elsewhere'));
  world.leave();
  await world.run;
});

test('where the answer cannot be given the command fails, and still ends it', async () => {
  const world = startPairing();
  world.server.approve = () => Promise.reject(new Failure('StoreUnavailable', 'the disk is full'));
  world.change({ approval: approval('k7m2qx') });
  (await eventually('it is asked', () => world.questions[0])).answer(true);
  expect(await rejectionOf(world.run)).toMatchObject({ code: 'StoreUnavailable' });
  expect(world.calls).toEqual(['end 1']);
});
