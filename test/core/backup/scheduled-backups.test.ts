import { beforeEach, describe, expect, test } from 'bun:test';
import { getLogger } from '@logtape/logtape';
import { parseBackupName } from '../../../src/core/backup/backup-name.ts';
import type { FoundBackup } from '../../../src/core/backup/list.ts';
import {
  ScheduledBackups,
  type Outcome,
  type ScheduleOptions,
} from '../../../src/core/backup/scheduled-backups.ts';
import { Failure } from '../../../src/core/failure.ts';
import { TestClock } from '../../support/clock.ts';

const hourMs = 3_600_000;
const made: Outcome = { kind: 'made', damagedCount: 0, documentCount: 1 };
const failed: Outcome = { kind: 'failed', sentence: 'The disk of /mnt/backups is full.' };

/** A folder of backups that are names alone, and how the next one will end. */
class Ground {
  readonly clock = new TestClock();
  names: string[] = [];
  next: Outcome = made;
  begun = 0;
  stopped = 0;
  isGone = false;
  hangs = false;

  open(changed: Partial<ScheduleOptions> = {}): ScheduledBackups {
    return new ScheduledBackups({
      everyMs: 24 * hourMs,
      keepCount: 3,
      isEncrypted: false,
      clock: this.clock,
      log: getLogger('groundmist-test'),
      find: async () => this.#find(),
      remove: async ({ path }) => void (this.names = this.names.filter((name) => name !== path)),
      make: (name) => this.#make(name),
      ...changed,
    });
  }

  add(agoMs: number, isScheduled = true): void {
    const time = new Date(this.clock.now() - agoMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    this.names.push(`groundmist-${isScheduled ? 'scheduled-' : ''}${time}.tar.zst`);
  }

  #find(): readonly FoundBackup[] {
    if (this.isGone) throw new Failure('NotFound', 'The folder /mnt/backups cannot be read.');
    const found = this.names.flatMap((path) => {
      const name = parseBackupName(path);
      return name === undefined ? [] : [{ ...name, path, sizeBytes: 1 }];
    });
    return found.toSorted((a, b) => b.at - a.at);
  }

  #make(name: string) {
    this.begun += 1;
    const { next } = this;
    if (next.kind === 'made' && !this.hangs) this.names.push(name);
    const hanging = Promise.withResolvers<Outcome>();
    return {
      outcome: this.hangs ? hanging.promise : Promise.resolve(next),
      stop: async () => {
        this.stopped += 1;
        hanging.resolve({ kind: 'failed', sentence: 'it was stopped' });
      },
    };
  }
}

let ground: Ground;
beforeEach(() => {
  ground = new Ground();
});

/** Lets time pass in small steps, so that what is due happens in its order. */
async function pass(scheduled: ScheduledBackups, ms: number): Promise<void> {
  const stepMs = hourMs / 4;
  for (let left = ms; left > 0; left -= stepMs) {
    ground.clock.advance(Math.min(left, stepMs));
    await scheduled.settled;
  }
}

describe('the time of the next backup', () => {
  test('is soon after the start where there is none', async () => {
    await using scheduled = ground.open();
    await scheduled.start();
    expect(ground.begun).toBe(0);
    await pass(scheduled, 60_000);
    expect(ground.begun).toBe(1);
    expect(scheduled.report()).toEqual({
      backup: {
        lastAt: parseBackupName(ground.names[0] ?? '')?.at,
        isStale: false,
        lastAttempt: { isMade: true, durationMs: 0 },
      },
      warnings: [],
    });
  });

  test('is counted from the newest in the folder, whoever made it, so that a restart makes none too many', async () => {
    ground.add(23 * hourMs, false);
    await using scheduled = ground.open();
    await scheduled.start();
    await pass(scheduled, hourMs - 60_000);
    expect(ground.begun).toBe(0);
    await pass(scheduled, 2 * hourMs);
    expect(ground.begun).toBe(1);
  });

  test('is put off by one that was made by hand meanwhile', async () => {
    ground.add(23 * hourMs);
    await using scheduled = ground.open();
    await scheduled.start();
    ground.add(0, false);
    await pass(scheduled, 20 * hourMs);
    expect(ground.begun).toBe(0);
  });

  test('comes again and again', async () => {
    await using scheduled = ground.open();
    await scheduled.start();
    await pass(scheduled, 5 * 24 * hourMs);
    expect(ground.begun).toBe(5);
  });

  test('is not put off by a file from the future, which neither reads as fresh nor counts when old ones are deleted', async () => {
    ground.add(-1000 * hourMs);
    const [ahead = ''] = ground.names;
    ground.add(72 * hourMs);
    await using scheduled = ground.open({ keepCount: 1 });
    await scheduled.start();
    expect(scheduled.report().backup?.isStale).toBe(true);
    await pass(scheduled, 2 * hourMs);
    expect(ground.begun).toBe(1);
    expect(ground.names).toHaveLength(2);
    expect(ground.names).toContain(ahead);
    const [last = 0] = ground.names.flatMap((name) =>
      name === ahead ? [] : (parseBackupName(name)?.at ?? []),
    );
    expect(scheduled.report().backup).toMatchObject({ lastAt: last, isStale: false });
  });
});

test('a backup without any document deletes none that may have some', async () => {
  for (const days of [2, 3, 4, 5, 6]) ground.add(days * 24 * hourMs);
  const before = [...ground.names];
  ground.next = { kind: 'made', damagedCount: 0, documentCount: 0 };
  await using scheduled = ground.open();
  await scheduled.start();
  await pass(scheduled, hourMs);
  expect(ground.names).toHaveLength(before.length + 1);
});

describe('what is deleted', () => {
  test('is the oldest of its own beyond the count, never what a person made', async () => {
    for (const days of [1, 2, 3, 4, 5]) ground.add(days * 24 * hourMs);
    ground.add(400 * 24 * hourMs, false);
    await using scheduled = ground.open();
    await scheduled.start();
    await pass(scheduled, hourMs);
    const left = ground.names.flatMap((name) => parseBackupName(name) ?? []);
    expect(left.filter(({ isScheduled }) => isScheduled)).toHaveLength(3);
    expect(left.filter(({ isScheduled }) => !isScheduled)).toHaveLength(1);
    expect(Math.max(...left.map(({ at }) => at))).toBeGreaterThan(ground.clock.now() - 2 * hourMs);
  });

  test.each([
    ['the new one failed', failed],
    ['the new one holds damage', { kind: 'made', damagedCount: 2, documentCount: 1 } as const],
  ])('is nothing where %s', async (_, outcome) => {
    for (const days of [2, 3, 4, 5, 6]) ground.add(days * 24 * hourMs);
    const before = [...ground.names];
    ground.next = outcome;
    await using scheduled = ground.open();
    await scheduled.start();
    await pass(scheduled, hourMs);
    expect(ground.begun).toBeGreaterThan(0);
    expect(ground.names).toEqual(expect.arrayContaining(before));
    expect(scheduled.report().warnings).not.toEqual([]);
  });
});

describe('what fails', () => {
  test('is told, tried again later and later, and forgotten once one is made', async () => {
    ground.next = failed;
    await using scheduled = ground.open();
    await scheduled.start();
    await pass(scheduled, 24 * hourMs);
    expect(ground.begun).toBeGreaterThan(10);
    expect(ground.begun).toBeLessThan(35);
    expect(scheduled.report().warnings?.join()).toContain(failed.sentence);
    ground.next = made;
    await pass(scheduled, 2 * hourMs);
    expect(scheduled.report().warnings).toEqual([]);
  });

  test('a folder that is gone is told, and taken again when it is back', async () => {
    ground.isGone = true;
    ground.next = failed;
    await using scheduled = ground.open();
    await scheduled.start();
    expect(scheduled.report().warnings?.join()).toContain('cannot be read');
    await pass(scheduled, 3 * hourMs);
    ground.isGone = false;
    ground.next = made;
    await pass(scheduled, 3 * hourMs);
    expect(scheduled.report()).toMatchObject({ backup: { isStale: false }, warnings: [] });
  });

  test('a process that cannot be started is a failure too', async () => {
    await using scheduled = ground.open({
      make() {
        throw new Error('too many processes');
      },
    });
    await scheduled.start();
    await pass(scheduled, hourMs);
    expect(scheduled.report().warnings?.join()).toContain('too many processes');
  });
});

describe('a backup is stale', () => {
  test('once it is twice as old as it should be', async () => {
    ground.add(0);
    ground.next = failed;
    await using scheduled = ground.open();
    await scheduled.start();
    await pass(scheduled, 47 * hourMs);
    expect(scheduled.report().backup?.isStale).toBe(false);
    await pass(scheduled, 2 * hourMs);
    expect(scheduled.report().backup?.isStale).toBe(true);
    expect(scheduled.report().warnings?.join()).toContain('The last backup is 2 days 1 h old');
  });

  test('where none was made for as long as one should take', async () => {
    ground.next = failed;
    await using scheduled = ground.open();
    await scheduled.start();
    await pass(scheduled, 23 * hourMs);
    expect(scheduled.report().backup).toEqual({
      lastAt: undefined,
      isStale: false,
      lastAttempt: { isMade: false, durationMs: 0 },
    });
    await pass(scheduled, 2 * hourMs);
    expect(scheduled.report().backup?.isStale).toBe(true);
    expect(scheduled.report().warnings?.join()).toContain('No backup has been made yet');
  });
});

test('a stop ends what is under way, and nothing is begun after it', async () => {
  ground.hangs = true;
  const scheduled = ground.open();
  await scheduled.start();
  ground.clock.advance(60_000);
  while (ground.begun === 0) await Promise.resolve();
  await scheduled[Symbol.asyncDispose]();
  expect(ground.stopped).toBe(1);
  expect(ground.clock.pendingCount).toBe(0);
  ground.clock.advance(1000 * hourMs);
  expect(ground.begun).toBe(1);
});
