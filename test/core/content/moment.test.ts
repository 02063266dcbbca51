import { describe, expect, test } from 'bun:test';
import { readHistory, type History } from '../../../src/core/content/history.ts';
import { parseMoment, resolveMoment } from '../../../src/core/content/moment.ts';
import { Failure } from '../../../src/core/failure.ts';
import { makeHistory, type PlannedChange } from '../../support/clocked-history.ts';
import { openedFrom } from '../../support/opened-document.ts';

const now = Date.UTC(2025, 10, 21, 12);
const day = 86_400;

function failing(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('a moment is named', () => {
  test.each([
    ['2025-11-21', '2025-11-21T00:00:00.000Z'],
    ['2025-11-21T05:41', '2025-11-21T05:41:00.000Z'],
    ['2025-11-21T05:41:07Z', '2025-11-21T05:41:07.000Z'],
    ['2025-11-21 05:41:07.089Z', '2025-11-21T05:41:07.089Z'],
    ['2025-11-21T05:41:07+02:00', '2025-11-21T03:41:07.000Z'],
    ['2025-11-21 05:41 -01:30', '2025-11-21T07:11:00.000Z'],
    ['2h ago', '2025-11-21T10:00:00.000Z'],
    ['1 day ago', '2025-11-20T12:00:00.000Z'],
    ['90 minutes ago', '2025-11-21T10:30:00.000Z'],
    ['2w ago', '2025-11-07T12:00:00.000Z'],
  ])('by a time: %s', (text, iso) => {
    expect(parseMoment(text, now)).toEqual({ kind: 'time', time: Date.parse(iso) });
  });

  test('by heads, in any case, whole or by their first digits', () => {
    expect(parseMoment('ABCDEF1,00000000', now)).toEqual({
      kind: 'heads',
      prefixes: ['abcdef1', '00000000'],
    });
  });

  test.each([
    '',
    'yesterday',
    'abcdef',
    'abcdefg',
    '2025-02-30',
    '2025-13-01',
    '2025-11-21T25:00',
    '2025-11',
    '2025-11-21T05:41:07 PST',
    'abcdef1,',
    '99999999999 days ago',
  ])('and not by %j', (text) => {
    expect(failing(() => parseMoment(text, now)).code).toBe('Usage');
  });
});

async function withHistory(
  plan: readonly PlannedChange[],
  check: (history: History, hashes: readonly string[]) => void,
): Promise<void> {
  const { document, hashes } = makeHistory(plan);
  using opened = await openedFrom(document);
  check(readHistory(opened), hashes);
}

function at(history: History, seconds: number): readonly string[] {
  return resolveMoment(history, { kind: 'time', time: seconds * 1000 }).heads;
}

describe('a time', () => {
  test('is the state of what was made at or before it', async () => {
    const plan = [
      { by: 'aa', time: day, after: [] },
      { by: 'aa', time: 2 * day, after: [0] },
      { by: 'bb', time: 3 * day, after: [0] },
    ];
    await withHistory(plan, (history, hashes) => {
      expect(at(history, day)).toEqual([hashes[0] ?? '']);
      expect(at(history, 3 * day - 1)).toEqual([hashes[1] ?? '']);
      expect(at(history, 9 * day)).toEqual([hashes[1] ?? '', hashes[2] ?? ''].toSorted());
    });
  });

  test('leaves out what builds on something later, though its own clock was behind', async () => {
    const plan = [
      { by: 'aa', time: day, after: [] },
      { by: 'bb', time: 5 * day, after: [0] },
      { by: 'cc', time: 2 * day, after: [1] },
    ];
    await withHistory(plan, (history, hashes) => {
      expect(at(history, 3 * day)).toEqual([hashes[0] ?? '']);
      expect(at(history, 5 * day)).toEqual([hashes[2] ?? '']);
    });
  });

  test('has a change without a time as soon as what it builds on', async () => {
    const plan = [
      { by: 'aa', time: 0, after: [] },
      { by: 'aa', time: 2 * day, after: [0] },
      { by: 'bb', time: 0, after: [1] },
      { by: 'cc', time: 4 * day, after: [2] },
    ];
    await withHistory(plan, (history, hashes) => {
      expect(at(history, 2 * day)).toEqual([hashes[2] ?? '']);
      const early = failing(() => at(history, day));
      expect(early.code).toBe('MomentNotFound');
      expect(early.message).toContain('1970-01-03T00:00:00.000Z');
    });
  });

  test('before the first change is MomentNotFound and says when that was, by the clock that counts', async () => {
    const plan = [
      { by: 'aa', time: 3 * day, after: [] },
      { by: 'bb', time: day, after: [0] },
    ];
    await withHistory(plan, (history) => {
      expect(failing(() => at(history, 2 * day)).message).toContain('1970-01-04T00:00:00.000Z');
    });
  });

  test('is none of a document without times', async () => {
    await withHistory([{ by: 'aa', time: 0, after: [] }], (history) => {
      const failure = failing(() => at(history, day));
      expect(failure.code).toBe('MomentNotFound');
      expect(failure.message).toContain('--history');
    });
  });
});

describe('heads', () => {
  const plan = Array.from({ length: 300 }, (_, place) => {
    return { by: 'aa', time: place, after: place === 0 ? [] : [place - 1] };
  });

  test('are found by their first digits, and one that another builds on is none', async () => {
    await withHistory(plan.slice(0, 3), (history, hashes) => {
      const [first = '', second = ''] = hashes;
      const moment = resolveMoment(history, { kind: 'heads', prefixes: [second.slice(0, 12), first] });
      expect(moment.heads).toEqual([second]);
      expect(moment.changes).toHaveLength(2);
    });
  });

  test('that are unknown are MomentNotFound', async () => {
    await withHistory(plan.slice(0, 3), (history) => {
      const unknown = { kind: 'heads', prefixes: ['0123456789'] } as const;
      expect(failing(() => resolveMoment(history, unknown)).code).toBe('MomentNotFound');
    });
  });

  test('that several changes begin with are a Usage failure that names two', async () => {
    await withHistory(plan, (history, hashes) => {
      const [first = ''] = hashes;
      const prefix = first.slice(0, 1);
      const failure = failing(() => resolveMoment(history, { kind: 'heads', prefixes: [prefix] }));
      expect(failure.code).toBe('Usage');
      expect(failure.message).toContain(first);
    });
  });
});
