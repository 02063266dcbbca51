import { expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { EndedTokens } from '../../../src/core/auth/ended-token-table.ts';
import { Sessions } from '../../../src/core/auth/session.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { TestClock } from '../../support/clock.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

const dayMs = 86_400_000;

function setUp({ database = openTestControlDatabase(), clock = new TestClock() } = {}) {
  const sessions = new Sessions({ database, clock, randomBytes });
  const namespace = parseNamespace('xyz.groundmist.library');
  const issue = (deviceId: string) =>
    sessions.issue(
      { deviceId, namespace, origin: undefined, permission: 'read', rootDocumentUrl: undefined },
      clock.now(),
    ).syncToken;
  const knock = (syncToken: string, origin?: string) => sessions.verify(syncToken, origin, clock.now());
  return { clock, database, sessions, issue, knock };
}

test('a device that knocks with an expired token is known by it, and forgotten with its next token', () => {
  const { clock, sessions, issue, knock } = setUp();
  const syncToken = issue('laptop');
  expect(sessions.refusedAt('laptop')).toBeUndefined();
  clock.advance(14 * dayMs);
  knock(syncToken);
  expect(sessions.refusedAt('laptop')).toBe(clock.now());
  issue('laptop');
  expect(sessions.refusedAt('laptop')).toBeUndefined();
});

test('so is one whose token was cleared away since', () => {
  const { clock, sessions, issue, knock } = setUp();
  const syncToken = issue('laptop');
  clock.advance(14 * dayMs);
  issue('phone');
  expect(knock(syncToken)).toBeUndefined();
  expect(sessions.refusedAt('laptop')).toBe(clock.now());
  expect(sessions.refusedAt('phone')).toBeUndefined();
});

test('so is one whose ninth tab took the place of its first', () => {
  const { clock, sessions, issue, knock } = setUp();
  const first = issue('laptop');
  clock.advance(1);
  for (let number = 0; number < 8; number += 1) issue('laptop');
  knock(first);
  expect(sessions.refusedAt('laptop')).toBe(clock.now());
});

test('so is one that was revoked', () => {
  const { clock, sessions, issue, knock } = setUp();
  const syncToken = issue('laptop');
  sessions.endDevice('laptop');
  knock(syncToken);
  expect(sessions.refusedAt('laptop')).toBe(clock.now());
});

test('after a restart a page that still knocks with an ended token is known by it', () => {
  const before = setUp();
  const syncToken = before.issue('laptop');
  before.sessions.endDevice('laptop');
  const { clock, sessions, knock } = setUp(before);
  expect(sessions.refusedAt('laptop')).toBeUndefined();
  knock(syncToken);
  expect(sessions.refusedAt('laptop')).toBe(clock.now());
});

test('a token that was never ours, and a stolen one, say nothing of any device', () => {
  const { sessions, issue, knock } = setUp();
  const syncToken = issue('laptop');
  knock(`gms_${'A'.repeat(43)}`);
  knock(syncToken, 'https://evil.example');
  expect(sessions.refusedAt('laptop')).toBeUndefined();
});

test('a thousand ended tokens are remembered, the oldest forgotten first', () => {
  const { database, sessions, issue, knock } = setUp();
  const syncTokens = Array.from({ length: 1001 }, (_, number) => {
    const syncToken = issue(`device-${number}`);
    sessions.endDevice(`device-${number}`);
    return syncToken;
  });
  for (const syncToken of syncTokens) knock(syncToken);
  expect(sessions.refusedAt('device-0')).toBeUndefined();
  expect(sessions.refusedAt('device-1')).toBeDefined();
  expect(sessions.refusedAt('device-1000')).toBeDefined();
  expect(new EndedTokens(database).list()).toHaveLength(1000);
});
