import { expect, test } from 'bun:test';
import { Audit } from '../../../src/core/auth/audit.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

test('the newest entries come first', () => {
  const audit = new Audit(openTestControlDatabase());
  audit.note('requested', { approval: 'a', app: undefined }, 1);
  audit.note('approved', { approval: 'a' }, 2);
  expect(audit.list(10)).toEqual([
    { at: 2, event: 'approved', details: '{"approval":"a"}' },
    { at: 1, event: 'requested', details: '{"approval":"a"}' },
  ]);
  expect(audit.list(1)).toHaveLength(1);
});

test('it keeps ten thousand entries', () => {
  const database = openTestControlDatabase();
  const audit = new Audit(database);
  database.transaction(() => {
    for (let at = 0; at <= 10_000; at += 1) audit.note('admitted', {}, at);
  })();
  const entries = audit.list(20_000);
  expect(entries).toHaveLength(10_000);
  expect(entries.at(-1)?.at).toBe(1);
});
