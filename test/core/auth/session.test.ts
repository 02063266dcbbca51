import { expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { Sessions, type Issuing } from '../../../src/core/auth/session.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { TestClock } from '../../support/clock.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

const dayMs = 86_400_000;
const origin = 'https://app.example';
const issuing: Issuing = {
  deviceId: 'device',
  namespace: parseNamespace('xyz.groundmist.library'),
  origin,
  permission: 'read-write',
  rootDocumentUrl: 'automerge:root',
};

function setUp() {
  const clock = new TestClock();
  const database = openTestControlDatabase();
  const sessions = new Sessions({ database, clock, randomBytes });
  const issue = (change: Partial<Issuing> = {}) =>
    sessions.issue({ ...issuing, ...change }, clock.now()).syncToken;
  const verify = (syncToken: string, from: string | undefined = origin) =>
    sessions.verify(syncToken, from, clock.now());
  return { clock, database, sessions, issue, verify };
}

test('a sync token is 256 bits of randomness behind its prefix and opens what it was issued for', () => {
  const { issue, verify } = setUp();
  const syncToken = issue();
  expect(syncToken).toMatch(/^gms_[A-Za-z0-9_-]{43}$/);
  expect(issue()).not.toBe(syncToken);
  expect(verify(syncToken)).toEqual({
    id: expect.any(String),
    deviceId: 'device',
    namespace: issuing.namespace,
    permission: 'read-write',
    rootDocumentUrl: 'automerge:root',
  });
});

test('the database holds no token', () => {
  const { database, issue } = setUp();
  const syncToken = issue();
  const bytes = Buffer.from(database.serialize());
  expect(bytes.includes(syncToken)).toBe(false);
  expect(bytes.includes(syncToken.slice(4))).toBe(false);
});

test('a token opens nothing from another Origin, nor without one', () => {
  const { sessions, clock, issue, verify } = setUp();
  const syncToken = issue();
  expect(verify(syncToken, 'https://evil.example')).toBeUndefined();
  expect(sessions.verify(syncToken, undefined, clock.now())).toBeUndefined();
  const withoutOrigin = issue({ origin: undefined });
  expect(sessions.verify(withoutOrigin, undefined, clock.now())).toBeDefined();
  expect(verify(withoutOrigin)).toBeUndefined();
});

test.each(['', 'gms_', 'x', `gms_${'A'.repeat(43)}`, `gms_${'A'.repeat(44)}`])('%p is no token', (text) => {
  const { issue, verify } = setUp();
  issue();
  expect(verify(text)).toBeUndefined();
});

test('a token ends after 14 days without use', () => {
  const { clock, issue, verify } = setUp();
  const [unused, used] = [issue(), issue()];
  clock.advance(13 * dayMs);
  expect(verify(used)).toBeDefined();
  clock.advance(dayMs);
  expect(verify(unused)).toBeUndefined();
  expect(verify(used)).toBeDefined();
});

test('a token ends 30 days after it was issued, however much it is used', () => {
  const { clock, issue, verify } = setUp();
  const syncToken = issue();
  for (let day = 1; day < 30; day += 1) {
    clock.advance(dayMs);
    expect(verify(syncToken)).toBeDefined();
  }
  clock.advance(dayMs);
  expect(verify(syncToken)).toBeUndefined();
});

test('ended sessions leave the table when the next one is issued', () => {
  const { clock, sessions, issue } = setUp();
  issue();
  clock.advance(14 * dayMs);
  issue({ deviceId: 'other' });
  expect([...sessions.usesByDevice()]).toMatchObject([['other', { count: 1 }]]);
});

test('a ninth token of one device, namespace and Origin ends the longest unused one', () => {
  const { clock, issue, verify } = setUp();
  const tokens = Array.from({ length: 8 }, () => {
    clock.advance(1000);
    return issue();
  });
  clock.advance(1000);
  verify(tokens[0] ?? '');
  issue({ origin: 'https://other.example' });
  issue({ deviceId: 'other' });
  issue({ namespace: parseNamespace('xyz.groundmist.notebook') });
  expect(tokens.map((one) => verify(one) !== undefined)).toEqual(tokens.map(() => true));
  clock.advance(1000);
  for (const one of tokens.filter((_one, index) => index !== 1)) verify(one);
  issue();
  expect(tokens.map((one) => verify(one) !== undefined)).toEqual(tokens.map((_one, index) => index !== 1));
});

test('a device has at most 64 tokens, however many Origins it shows; the one in use stays', () => {
  const { clock, sessions, issue, verify } = setUp();
  const connected = issue();
  const session = verify(connected);
  sessions.opened(session?.id ?? '');
  const others = Array.from({ length: 70 }, (_, index) => {
    clock.advance(1);
    return issue({ origin: `https://${index}.example` });
  });
  const other = issue({ deviceId: 'other' });
  expect(sessions.usesByDevice().get('device')?.count).toBe(64);
  expect(verify(others[6] ?? '', 'https://6.example')).toBeUndefined();
  expect(verify(others[7] ?? '', 'https://7.example')).toBeDefined();
  expect(verify(connected)).toBeDefined();
  expect(verify(other)).toBeDefined();
});

test('tokens issued within one millisecond end in the order they were issued', () => {
  const { issue, verify } = setUp();
  const tokens = Array.from({ length: 9 }, () => issue());
  expect(tokens.map((one) => verify(one) !== undefined)).toEqual(tokens.map((_one, index) => index !== 0));
});

test('revoking a device ends all its sessions and no other', () => {
  const { sessions, issue, verify } = setUp();
  const [first, second, other] = [
    issue(),
    issue({ origin: 'https://b.example' }),
    issue({ deviceId: 'other' }),
  ];
  sessions.endDevice('device');
  expect(verify(first)).toBeUndefined();
  expect(verify(second, 'https://b.example')).toBeUndefined();
  expect(verify(other)).toBeDefined();
});

test('a device that was taken back has no session, though the table still has one, and gets no new one', () => {
  const { sessions, issue, verify } = setUp();
  const syncToken = issue();
  sessions.withdrawals.add([{ kind: 'device', deviceId: 'device', at: 1 }]);
  expect(verify(syncToken)).toBeUndefined();
  expect(() => issue()).toThrow('revoked this device');
  expect(sessions.usesByDevice().get('device')?.count).toBe(1);
});

test('a changed permission is there at the next connection', () => {
  const { sessions, issue, verify } = setUp();
  const syncToken = issue();
  sessions.setPermission('device', issuing.namespace, 'read');
  expect(verify(syncToken)?.permission).toBe('read');
});

test('reconnects are written down together, a little later', () => {
  const { clock, database, issue, verify } = setUp();
  const syncToken = issue();
  const changes = () => database.query<{ n: number }, []>('SELECT total_changes() AS n').get()?.n ?? 0;
  const before = changes();
  for (let second = 0; second < 9; second += 1) {
    clock.advance(1000);
    verify(syncToken);
  }
  expect(changes()).toBe(before);
  clock.advance(10_000);
  expect(changes()).toBe(before + 1);
  expect(clock.pendingCount).toBe(0);
});

test('a session is in use until the last of its sockets closes', () => {
  const { clock, sessions, issue, verify } = setUp();
  const syncToken = issue();
  const id = verify(syncToken)?.id ?? '';
  for (let count = 0; count < 2; count += 1) sessions.opened(id);
  sessions.closed(id, clock.now());
  clock.advance(15 * dayMs);
  issue({ deviceId: 'other' });
  expect(verify(syncToken)).toBeDefined();
});

test('a session that was connected until lately is not unused', () => {
  const { clock, sessions, issue, verify } = setUp();
  const [connected, unused] = [issue(), issue()];
  const id = verify(connected)?.id ?? '';
  sessions.opened(id);
  clock.advance(13 * dayMs);
  sessions.closed(id, clock.now());
  clock.advance(13 * dayMs);
  expect([connected, unused].map((one) => verify(one) !== undefined)).toEqual([true, false]);
  clock.advance(4 * dayMs);
  expect(verify(connected)).toBeUndefined();
});

test('what is not written yet is written at the end', () => {
  const { clock, database, sessions, issue, verify } = setUp();
  const syncToken = issue();
  clock.advance(10 * dayMs);
  verify(syncToken);
  sessions.close();
  const next = new Sessions({ database, clock, randomBytes });
  clock.advance(10 * dayMs);
  expect(next.verify(syncToken, origin, clock.now())).toBeDefined();
});

test('a last use that cannot be written does not end the process and is written later', () => {
  const { clock, database, issue, verify } = setUp();
  const syncToken = issue();
  verify(syncToken);
  database.run('PRAGMA query_only = ON');
  clock.advance(10_000);
  database.run('PRAGMA query_only = OFF');
  verify(syncToken);
  clock.advance(10_000);
  const row = database.query<{ at: number }, []>('SELECT last_used_at AS at FROM session').get();
  expect(row?.at).toBe(clock.now() - 10_000);
});

test('a use that could not be written counts all the same', () => {
  const { clock, database, issue, verify } = setUp();
  const syncToken = issue();
  clock.advance(13 * dayMs);
  database.run('PRAGMA query_only = ON');
  verify(syncToken);
  clock.advance(13 * dayMs);
  expect(verify(syncToken)).toBeDefined();
});

test('uses that cannot be written do not keep a server from stopping', () => {
  const { database, sessions, issue, verify } = setUp();
  verify(issue());
  database.run('PRAGMA query_only = ON');
  expect(() => sessions.close()).not.toThrow();
});

test('a session is not kept for ever by a clock that was ahead when it was issued', () => {
  const { clock, issue, verify } = setUp();
  clock.turnBack(-365 * dayMs);
  const syncToken = issue();
  clock.turnBack(365 * dayMs);
  expect(verify(syncToken)).toBeUndefined();
});

test('a clock that is behind for a while ends no session', () => {
  const { clock, issue, verify } = setUp();
  const syncToken = issue();
  clock.turnBack(365 * dayMs);
  expect(verify(syncToken)).toBeUndefined();
  expect(verify(issue())).toBeDefined();
  clock.turnBack(-365 * dayMs);
  expect(verify(syncToken)).toBeDefined();
});

test('a clock that was a day ahead ends no session, and lengthens it by that day at most', () => {
  const { clock, issue, verify } = setUp();
  clock.turnBack(-dayMs);
  const syncToken = issue();
  clock.turnBack(dayMs);
  expect(verify(syncToken)).toBeDefined();
  for (let day = 0; day < 30; day += 1) {
    clock.advance(dayMs);
    expect(verify(syncToken)).toBeDefined();
  }
  clock.advance(dayMs);
  expect(verify(syncToken)).toBeUndefined();
});

test('sessions from a clock that was ahead do not push out those of today', () => {
  const { clock, issue, verify } = setUp();
  clock.turnBack(-365 * dayMs);
  for (let number = 0; number < 8; number += 1) issue();
  clock.turnBack(365 * dayMs);
  const tokens = Array.from({ length: 8 }, () => issue());
  for (const syncToken of tokens) expect(verify(syncToken)).toBeDefined();
});
