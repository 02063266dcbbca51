import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { codeOf } from '../../support/rejection.ts';
import { TestClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { answeringChild, fakeChild, isAlive, openFence, order } from '../../support/fence.ts';
import { sessionOf } from '../../support/process-session.ts';
import { temporaryFolder } from '../../support/folder.ts';

const watchMs = 100;

/** Lets time pass for as long as it takes until this has settled. */
async function passing<Result>(clock: TestClock, work: Promise<Result>): Promise<Result> {
  let isDone = false;
  void Promise.allSettled([work]).then(() => (isDone = true));
  await eventually('the work is settled', () => {
    clock.advance(watchMs);
    return isDone;
  });
  return await work;
}

test('the memory of the child is told while there is one', async () => {
  await using fence = openFence({ command: fakeChild });
  expect(fence.load().memoryBytes).toBeUndefined();
  await fence.open(order('well'), 'awaited');
  // Only Linux tells.
  if (process.platform === 'linux') expect(fence.load().memoryBytes).toBeGreaterThan(1_000_000);
});

describe('a child that takes too long', () => {
  const limits = { deadlineMs: 1_000, watchMs };

  test('is killed; what it was at is refused, and the rest is answered by another', async () => {
    const clock = new TestClock();
    await using fence = openFence({ command: fakeChild, clock, limits });
    const first = answeringChild(await fence.open(order('well'), 'awaited'));
    const [before, endless, ...after] = ['well', 'loop', 'well', 'well'].map((what) =>
      fence.open(order(what), 'background'),
    );
    if (!before || !endless) throw new Error('nothing was asked');
    expect(await passing(clock, endless)).toEqual({ kind: 'refused', reason: 'it takes too long to read' });
    expect(answeringChild(await before)).toBe(first);
    const others = (await Promise.all(after)).map(answeringChild);
    expect(others).not.toContain(first);
    expect(new Set(others).size).toBe(1);
    expect(isAlive(first)).toBe(false);
  });

  test('is not asked a second time', async () => {
    using folder = temporaryFolder();
    const clock = new TestClock();
    await using fence = openFence({ command: fakeChild, clock, limits });
    await fence.open(order('well'), 'awaited');
    const endless = fence.open(order(`loop-once ${folder.at('looped')}`), 'awaited');
    expect((await passing(clock, endless)).kind).toBe('refused');
  });

  test('has longer for more bytes', async () => {
    const clock = new TestClock();
    await using fence = openFence({
      command: fakeChild,
      clock,
      limits: { ...limits, deadlinePerMegabyteMs: 5_000 },
    });
    await fence.open(order('well'), 'awaited');
    const [startedAt, large] = [clock.now(), new Uint8Array(2 ** 20).fill(0x20)];
    large.set(order('loop'));
    await passing(clock, fence.open(large, 'awaited'));
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(6_000);
  });

  test('to start is killed too, and nothing is refused for it', async () => {
    const clock = new TestClock();
    await using fence = openFence({
      command: [...fakeChild, 'hang'],
      clock,
      limits: { startMs: 1_000, watchMs },
    });
    expect(await codeOf(passing(clock, fence.open(order('well'), 'awaited')))).toBe('StoreUnavailable');
  });
});

test.if(process.platform === 'linux')(
  'a child that takes too much memory is killed, and what takes as much alone is refused',
  async () => {
    await using fence = openFence({
      command: fakeChild,
      limits: { memoryBytes: 200 * 2 ** 20, watchMs: 10 },
    });
    const work = ['well', 'grow', 'well'].map((what) => fence.open(order(what), 'background'));
    const [before, grown, after] = await Promise.all(work);
    expect(grown).toEqual({ kind: 'refused', reason: 'it takes too much memory to read' });
    expect([before?.kind, after?.kind]).toEqual(['opened', 'opened']);
  },
);

describe('a child that ends by itself', () => {
  test('is replaced; what ended two of them is refused, its neighbours are answered', async () => {
    await using fence = openFence({ command: fakeChild });
    const work = ['well', 'die', 'well', 'die', 'well'].map((what) => fence.open(order(what), 'background'));
    const outcomes = await Promise.all(work);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['opened', 'refused', 'opened', 'refused', 'opened']);
    expect(outcomes[1]).toEqual({ kind: 'refused', reason: 'Automerge stops at it' });
  });

  test('is given what it was at once more', async () => {
    using folder = temporaryFolder();
    await using fence = openFence({ command: fakeChild });
    expect((await fence.open(order(`die-once ${folder.at('died')}`), 'awaited')).kind).toBe('opened');
  });

  test('while it has nothing to do is replaced when there is something', async () => {
    await using fence = openFence({ command: fakeChild });
    const first = answeringChild(await fence.open(order('well'), 'awaited'));
    process.kill(first, 'SIGKILL');
    await eventually('the child is gone', () => !isAlive(first));
    expect(answeringChild(await fence.open(order('well'), 'awaited'))).not.toBe(first);
  });

  test('before it was ready says nothing of any document', async () => {
    await using fence = openFence({ command: [...fakeChild, 'never-ready'] });
    const work = [1, 2, 3].map(() => codeOf(fence.open(order('well'), 'awaited')));
    expect(await Promise.all(work)).toEqual(Array.from({ length: 3 }, () => 'StoreUnavailable'));
  });

  test('or is not there at all: nothing else ends', async () => {
    await using fence = openFence({ command: ['/nowhere/groundmist'] });
    expect(await codeOf(fence.open(order('well'), 'awaited'))).toBe('StoreUnavailable');
  });
});

describe('what a child says', () => {
  test.each(['shout', 'misnumber', 'cut'])('is not believed where it is no answer (%s)', async (what) => {
    await using fence = openFence({ command: fakeChild });
    const work = [what, 'well'].map((text) => fence.open(order(text), 'awaited'));
    expect((await Promise.all(work)).map(({ kind }) => kind)).toEqual(['refused', 'opened']);
  });

  test('may come byte by byte', async () => {
    await using fence = openFence({ command: fakeChild });
    expect((await fence.open(order('stutter'), 'awaited')).kind).toBe('opened');
  });
});

test('a child that is idle for long enough ends, and another comes when it is needed', async () => {
  const clock = new TestClock();
  await using fence = openFence({ command: fakeChild, clock, limits: { idleMs: 5_000 } });
  const first = answeringChild(await fence.open(order('well'), 'awaited'));
  await eventually('its rest is counted', () => clock.pendingCount > 0);
  clock.advance(4_900);
  expect(isAlive(first)).toBe(true);
  const again = answeringChild(await fence.open(order('well'), 'awaited'));
  expect(again).toBe(first);
  await eventually('the child is gone', () => {
    clock.advance(1_000);
    return !isAlive(first);
  });
  expect(answeringChild(await fence.open(order('well'), 'awaited'))).not.toBe(first);
});

test.if(process.platform === 'linux')('a child is told nothing of where it runs, and no secret', async () => {
  await using fence = openFence({ command: fakeChild });
  const told = await fence.open(order('tell'), 'awaited');
  const { cwd, env, session } = JSON.parse(
    new TextDecoder().decode(told.kind === 'opened' ? told.interior : undefined),
  );
  expect(cwd).toBe('/');
  expect(session).not.toBe(sessionOf(process.pid));
  expect(env).toEqual({
    BUN_FEATURE_FLAG_NO_ORPHANS: '1',
    BUN_JSC_thresholdForOMGOptimizeAfterWarmUp: '2000000',
  });
});

test('closing during work ends the child, and fails what is pending and what comes later', async () => {
  const fence = openFence({ command: fakeChild });
  const child = answeringChild(await fence.open(order('well'), 'awaited'));
  const pending = ['loop', ...Array.from({ length: 200 }, () => 'well')].map((what) =>
    codeOf(fence.open(order(what), 'background')),
  );
  await Bun.sleep(0);
  await fence.close();
  expect(isAlive(child)).toBe(false);
  expect(new Set(await Promise.all(pending))).toEqual(new Set(['StoreUnavailable']));
  expect(await codeOf(fence.open(order('well'), 'awaited'))).toBe('StoreUnavailable');
});

test('closing refuses nothing, also not what ended a child before', async () => {
  using folder = temporaryFolder();
  const fence = openFence({ command: fakeChild });
  const died = folder.at('died');
  const pending = codeOf(fence.open(order(`die-once ${died} loop`), 'background'));
  await eventually('the child died, and another is at it', () => existsSync(died));
  await fence.close();
  expect(await pending).toBe('StoreUnavailable');
});

test('what somebody waits for overtakes what nobody does', async () => {
  await using fence = openFence({ command: fakeChild, limits: { inFlightCount: 2 } });
  const settled: string[] = [];
  const ask = (name: string, urgency: 'awaited' | 'background') =>
    fence.open(order('well'), urgency).then(() => void settled.push(name));
  const background = Array.from({ length: 6 }, (_, n) => ask(`background ${n}`, 'background'));
  await background[0];
  await Promise.all([ask('awaited', 'awaited'), ...background]);
  expect(settled.indexOf('awaited')).toBeLessThan(6);
  expect(settled.filter((name) => name !== 'awaited')).toEqual(
    Array.from({ length: 6 }, (_, n) => `background ${n}`),
  );
});

test('more than may wait is turned away', async () => {
  await using fence = openFence({ command: fakeChild, limits: { waitingBytes: 2_000 } });
  const work = Array.from({ length: 4 }, () => codeOf(fence.open(new Uint8Array(400), 'background')));
  expect(await Promise.all(work)).toEqual(['no failure', 'no failure', 'Busy', 'Busy']);
});
