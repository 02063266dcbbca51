import { describe, expect, test } from 'bun:test';
import type { Logger } from '@logtape/logtape';
import type { Published } from '../../../src/core/discovery/published-record.ts';
import { Failure } from '../../../src/core/failure.ts';
import { RecordWatch } from '../../../src/features/publish/watch-record.ts';
import { formatTime } from '../../../src/platform/format.ts';
import { TestClock } from '../../support/clock.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const firstMs = 5_000;
const everyMs = 10 * minuteMs;

const did = 'did:web:sync.example.com';
const key = 'zDnaeUB9EhX9ZzF79i1FbSEAnE4i9FDryfRMcA5kbNuhaSWpJ';
const us = {
  $type: 'xyz.groundmist.sync',
  host: 'sync.example.com',
  did,
  publicKeyMultibase: key,
} as const;

function recordOf(host: string | undefined, more: object = {}): Published {
  return { host, cid: undefined, value: { $type: 'xyz.groundmist.sync', host, ...more } };
}

const ours = recordOf('sync.example.com');
const evil = recordOf('evil.example.com');
const down = new Failure('PdsUnavailable', 'Your PDS could not be asked: it is down.');

interface Line {
  readonly level: string;
  readonly text: string;
}

/** A watch on a clock that the test moves; `answer` is what the PDS says, `lines` what the owner reads in the log. */
function watching(answer: Published | undefined | Error, random = () => 0.5) {
  const clock = new TestClock();
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (template: string, values: Readonly<Record<string, unknown>> = {}) =>
      void lines.push({
        level,
        text: template.replaceAll(/\{(\w+)\}/g, (_all, name) => String(values[name])),
      });
  const log = { info: write('info'), warn: write('warn'), error: write('error') } as unknown as Logger;
  const world = {
    answer,
    answerWhenFresh: undefined as typeof answer,
    count: 0,
    fresh: [] as boolean[],
    signal: undefined as AbortSignal | undefined,
  };
  const watch = new RecordWatch({
    ours: us,
    read: async ({ signal, isFresh }) => {
      world.count += 1;
      world.fresh.push(isFresh);
      world.signal = signal;
      const said = (isFresh && world.answerWhenFresh) || world.answer;
      if (said instanceof Error) throw said;
      return said;
    },
    clock,
    log,
    random,
  });
  watch.start();
  /** Lets time pass, and what was begun end. */
  const pass = async (byMs: number) => {
    clock.advance(byMs);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { watch, world, clock, lines, pass };
}

describe('when it looks', () => {
  test('soon after the start, and every ten minutes', async () => {
    const { world, pass } = watching(ours);
    expect(world.count).toBe(0);
    await pass(firstMs);
    expect(world.count).toBe(1);
    await pass(everyMs - 1);
    expect(world.count).toBe(1);
    await pass(1);
    expect(world.count).toBe(2);
  });

  test.each([
    [0, 0.9],
    [0.999_999, 1.1],
  ])('with a random %d it waits %d times as long', async (random, factor) => {
    const { world, pass } = watching(ours, () => random);
    await pass(firstMs * factor);
    await pass(everyMs * factor - 10);
    expect(world.count).toBe(1);
    await pass(10);
    expect(world.count).toBe(2);
  });

  test('not more often while the PDS is down', async () => {
    const { world, pass } = watching(down);
    await pass(firstMs);
    for (let minute = 0; minute < 60; minute += 1) await pass(minuteMs);
    expect(world.count).toBe(7);
  });

  test('one at a time: whoever asks while a look is under way gets the next one, and shares it', async () => {
    const { watch, world, pass } = watching(ours);
    const first = watch.look();
    world.answer = evil;
    const second = watch.look();
    expect(watch.look()).toBe(second);
    await first;
    expect(watch.report().state).toBe('this-server');
    await second;
    expect(watch.report().state).toBe('another-host');
    expect(world.count).toBe(2);
    await pass(everyMs);
    expect(world.count).toBe(3);
  });

  test('a look that is asked for puts off the next one', async () => {
    const { watch, world, clock, pass } = watching(ours);
    await pass(firstMs);
    await pass(everyMs - 1);
    await watch.look();
    expect(clock.pendingCount).toBe(1);
    await pass(everyMs - 1);
    expect(world.count).toBe(2);
  });
});

describe('where the account has moved, the old PDS may answer still, so the DID document is asked for anew', () => {
  test('by a look that was asked for', async () => {
    const { watch, world, pass } = watching(ours);
    await pass(firstMs);
    await watch.look();
    expect(world.fresh).toEqual([false, true]);
  });

  test('by one that is about to warn; what that one sees counts', async () => {
    const { watch, world, lines, pass } = watching(ours);
    await pass(firstMs);
    world.answerWhenFresh = ours;
    world.answer = evil;
    await pass(everyMs);
    expect(world.fresh).toEqual([false, false, true]);
    expect(watch.report().state).toBe('this-server');
    expect(lines).toHaveLength(1);
  });

  test('but not by one that warned already', async () => {
    const { world, pass } = watching(evil);
    await pass(firstMs);
    await pass(everyMs);
    expect(world.fresh).toEqual([false, true, false]);
  });
});

describe('what it says of a record that', () => {
  test('names this server', async () => {
    const { watch, clock, lines, pass } = watching(ours);
    expect(watch.report()).toEqual({ state: 'unknown' });
    await pass(firstMs);
    const since = clock.now();
    await pass(everyMs);
    expect(watch.report()).toEqual({ state: 'this-server', since, checkedAt: clock.now() });
    expect(lines).toEqual([{ level: 'info', text: 'The public record names this server: apps find it.' }]);
  });

  test.each(['SYNC.Example.com', 'sync.example.com:443'])('names it as %s', async (host) => {
    const { watch, pass } = watching(recordOf(host));
    await pass(firstMs);
    expect(watch.report().state).toBe('this-server');
  });

  test.each(['evil.example.com', 'sync.example.com:8443', 'localhost', '[::1]:3031'])(
    'names another host, %s',
    async (host) => {
      const { watch, clock, lines, pass } = watching(recordOf(host));
      await pass(firstMs);
      const problem =
        `The public record sends your apps to ${host} and not to this server, sync.example.com. ` +
        `Seen since ${formatTime(clock.now())}. Any app that may write all of your records can have done it. ` +
        '`groundmist publish` puts it right; then look which apps your account has let in. ' +
        'If you moved your server there, stop this one.';
      expect(watch.report()).toMatchObject({ state: 'another-host', host, problem, since: clock.now() });
      expect(lines).toEqual([{ level: 'warn', text: problem }]);
    },
  );

  test.each([{ did }, { did, publicKeyMultibase: key }, { did: 7, publicKeyMultibase: null }])(
    'names it with %j, which is right or says nothing',
    async (more) => {
      const { watch, pass } = watching(recordOf('sync.example.com', more));
      await pass(firstMs);
      expect(watch.report().state).toBe('this-server');
    },
  );

  test.each([
    { did: 'did:web:evil.example.com' },
    { did: '' },
    {
      did,
      publicKeyMultibase: 'zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo',
    },
  ])('names it with %j, which is another’s', async (more) => {
    const { watch, lines, pass } = watching(recordOf('sync.example.com', more));
    await pass(firstMs);
    expect(watch.report().state).toBe('another-key');
    expect(JSON.stringify(lines)).not.toContain('evil');
    expect(lines).toMatchObject([
      { level: 'warn', text: expect.stringContaining('another key or DID than it has') },
    ]);
  });

  test('names no host that apps can use', async () => {
    const { watch, lines, pass } = watching(recordOf(undefined));
    await pass(firstMs);
    expect(watch.report()).toMatchObject({ state: 'no-usable-host' });
    expect(watch.report().host).toBeUndefined();
    expect(lines).toMatchObject([
      { level: 'warn', text: expect.stringMatching(/^The public record names no host that apps can use/) },
    ]);
  });

  test('is not there: no problem, one line', async () => {
    const { watch, lines, pass } = watching(undefined);
    await pass(firstMs);
    await pass(3 * dayMs);
    expect(watch.report().problem).toBeUndefined();
    expect(watch.report().state).toBe('nothing');
    expect(lines).toEqual([
      {
        level: 'info',
        text: 'Nothing is published: apps do not find this server until `groundmist publish` has told them.',
      },
    ]);
  });
});

describe('a record that was there and is not', () => {
  test('is a warning, and no problem of the server', async () => {
    const { watch, world, clock, lines, pass } = watching(ours);
    await pass(firstMs);
    world.answer = undefined;
    await pass(everyMs);
    const since = clock.now();
    await pass(everyMs);
    expect(watch.report()).toEqual({ state: 'gone', since, checkedAt: clock.now() });
    const [warning = ''] = watch.warnings();
    expect(warning).toStartWith(`The public record is gone since ${formatTime(since)}, so new devices`);
    expect(lines.slice(1)).toEqual([{ level: 'warn', text: warning }]);
    world.answer = ours;
    await pass(everyMs);
    expect(watch.warnings()).toEqual([]);
    expect(lines.at(-1)?.level).toBe('info');
  });

  test('is warned of once a day', async () => {
    const { world, lines, pass } = watching(ours);
    await pass(firstMs);
    world.answer = undefined;
    for (let look = 0; look < 6 * 24 * 2; look += 1) await pass(everyMs);
    expect(lines.map(({ level }) => level)).toEqual(['info', 'warn', 'warn']);
  });

  test('is no trouble where the owner said so, before or after it was seen', async () => {
    const { watch, world, lines, pass } = watching(ours);
    await pass(firstMs);
    world.answer = undefined;
    await watch.look({ isRemoved: true });
    expect(watch.report().state).toBe('nothing');
    await pass(everyMs);
    world.answer = ours;
    await pass(everyMs);
    world.answer = undefined;
    await pass(everyMs);
    expect(watch.report().state).toBe('gone');
    await watch.look({ isRemoved: true });
    expect(watch.report().state).toBe('nothing');
    expect(watch.warnings()).toEqual([]);
    expect(lines.map(({ level }) => level)).toEqual(['info', 'info', 'info', 'warn', 'info']);
  });

  test('is none either where the owner said so while a look was under way, or nobody could look then', async () => {
    const { watch, world, lines, pass } = watching(ours);
    await pass(firstMs);
    world.answer = undefined;
    const first = watch.look();
    world.answer = down;
    const told = watch.look({ isRemoved: true });
    await Promise.all([first, told]);
    world.answer = undefined;
    await pass(everyMs);
    expect(watch.report().state).toBe('nothing');
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});

describe('a warning is', () => {
  const levels = (lines: readonly Line[]) => lines.map(({ level }) => level);

  test('given once, again when it changes, and taken back', async () => {
    const { world, lines, pass } = watching(ours);
    await pass(firstMs);
    for (const answer of [evil, evil, recordOf('worse.example.com'), recordOf(undefined), ours, ours, evil]) {
      world.answer = answer;
      await pass(everyMs);
    }
    expect(levels(lines)).toEqual(['info', 'warn', 'warn', 'warn', 'info', 'warn']);
    expect(lines[4]?.text).toBe('The public record names this server: apps find it.');
  });

  test('repeated once a day, with the day since it is so', async () => {
    const { clock, lines, pass } = watching(evil);
    await pass(firstMs);
    const since = formatTime(clock.now());
    for (let look = 0; look < 6 * 24 * 2; look += 1) await pass(everyMs);
    expect(levels(lines)).toEqual(['warn', 'warn', 'warn']);
    expect(lines.every(({ text }) => text.includes(`Seen since ${since}.`))).toBe(true);
  });
});

describe('an outage', () => {
  test('is told once, and its end; it warns of nothing, and leaves what is known as it was', async () => {
    const { watch, world, clock, lines, pass } = watching(evil);
    await pass(firstMs);
    const known = watch.report();
    world.answer = down;
    await pass(everyMs);
    const missed = { since: clock.now(), why: down.message };
    for (let look = 0; look < 5; look += 1) await pass(everyMs);
    expect(watch.report()).toEqual({ ...known, missed });
    expect(watch.warnings()).toEqual([]);
    const outage = {
      level: 'info',
      text: `The public record cannot be looked at for now: ${down.message}`,
    };
    expect(lines.slice(1)).toEqual([outage]);
    world.answer = evil;
    await pass(everyMs);
    expect(watch.report()).toEqual({ ...known, checkedAt: clock.now() });
    world.answer = down;
    await pass(everyMs);
    const end = { level: 'info', text: 'The public record can be looked at again.' };
    expect(lines.slice(1)).toEqual([outage, end, outage]);
  });

  test('that has another reason than before is told again, with the time of its beginning', async () => {
    const { watch, world, clock, lines, pass } = watching(down);
    await pass(firstMs);
    const since = clock.now();
    world.answer = new Failure('PdsUnavailable', 'What answers there does not speak as a PDS does.');
    await pass(everyMs);
    await pass(everyMs);
    expect(lines.map(({ text }) => text)).toEqual([
      expect.stringContaining(down.message),
      expect.stringContaining(world.answer.message),
    ]);
    expect(watch.report().missed).toEqual({ since, why: world.answer.message });
  });

  test('from the start on leaves it unknown', async () => {
    const { watch, clock, pass } = watching(down);
    await pass(firstMs);
    expect(watch.report()).toEqual({ state: 'unknown', missed: { since: clock.now(), why: down.message } });
  });

  test.each([
    'DidGivenUp',
    'DidNotFound',
    'DidDocumentInvalid',
    'PdsMissing',
    'PdsInvalid',
    'AccountInactive',
  ] as const)('is what %s is not: the owner is warned, and told what to do', async (code) => {
    const failure = new Failure(code, 'It is no more.');
    const { watch, world, clock, lines, pass } = watching(failure);
    await pass(firstMs);
    await pass(everyMs);
    const [warning] = watch.warnings();
    expect(warning).toContain(`since ${formatTime(clock.now() - everyMs)}`);
    expect(warning).toEndWith(`It is no more. ${failure.kind.hint}`);
    expect(lines).toEqual([{ level: 'warn', text: warning ?? '' }]);
    world.answer = ours;
    await pass(everyMs);
    expect(watch.warnings()).toEqual([]);
  });

  test('that is a fault of ours is an error in the log, and the next look comes all the same', async () => {
    const { world, lines, pass } = watching(new TypeError('x is not a function'));
    await pass(firstMs);
    await pass(everyMs);
    expect(lines).toMatchObject([{ level: 'error', text: expect.stringContaining('x is not a function') }]);
    expect(world.count).toBe(2);
  });
});

describe('closing', () => {
  test('ends a look that never comes back, and no other begins', async () => {
    const { watch, world, clock, lines } = watching(ours);
    const { promise } = Promise.withResolvers<Published>();
    world.answer = promise as never;
    const [look, next] = [watch.look(), watch.look()];
    await watch[Symbol.asyncDispose]();
    await Promise.all([look, next]);
    expect(world.signal?.aborted).toBe(true);
    expect(world.count).toBe(1);
    expect(clock.pendingCount).toBe(0);
    expect(lines).toEqual([]);
    await watch.look();
    expect(world.count).toBe(1);
  });

  test('takes the timer with it', async () => {
    const { watch, clock } = watching(ours);
    await watch[Symbol.asyncDispose]();
    expect(clock.pendingCount).toBe(0);
  });
});
