import { expect, test } from 'bun:test';
import { UsedServiceTokens } from '../../../src/core/auth/used-service-tokens.ts';
import { Failure } from '../../../src/core/failure.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

test('a token is new once, also for those who come after a restart', () => {
  const database = openTestControlDatabase();
  const before = new UsedServiceTokens({ database });
  expect(before.claim('a', 100)).toBe(true);
  expect(before.claim('a', 100)).toBe(false);
  expect(before.claim('b', 100)).toBe(true);
  const after = new UsedServiceTokens({ database });
  expect(after.claim('a', 100)).toBe(false);
  expect(after.claim('c', 100)).toBe(true);
});

test('where there is no more room the oldest are forgotten, and nothing as old is taken again', () => {
  const used = new UsedServiceTokens({ database: openTestControlDatabase(), capacity: 2 });
  for (const [jti, iat] of [
    ['a', 100],
    ['b', 101],
    ['c', 102],
  ] as const) {
    expect(used.claim(jti, iat)).toBe(true);
  }
  expect(() => used.claim('a', 100)).toThrow(Failure);
  expect(() => used.claim('new', 101)).toThrow('ask for a new one');
  expect(used.claim('b', 101)).toBe(false);
  expect(used.claim('d', 102)).toBe(true);
  expect(used.claim('c', 102)).toBe(false);
});
