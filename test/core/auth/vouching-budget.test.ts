import { expect, test } from 'bun:test';
import { VouchingBudget, type Asker } from '../../../src/core/auth/vouching-budget.ts';

const minuteMs = 60_000;

function asker(address: string, isAccountProven = false): Asker {
  return { thumbprint: 'key', address, isAccountProven };
}

/** How many of these may be asked about at once. */
function countTaken(budget: VouchingBudget, askers: readonly Asker[], now = 0): number {
  return askers.filter((one) => budget.take(one, now)).length;
}

const strangers = (count: number) =>
  Array.from({ length: count }, (_, number) => asker(`203.0.113.${number}`));
const apps = (count: number) => Array.from({ length: count }, () => asker('198.51.100.7', true));

test('one address, and one IPv6 network, gets two a minute and leaves the rest to others', () => {
  for (const addresses of [
    ['203.0.113.9', '203.0.113.9', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::2', '2001:db8::3'],
  ]) {
    const budget = new VouchingBudget();
    const greedy = addresses.map((address) => asker(address));
    expect(countTaken(budget, greedy)).toBe(2);
    expect(budget.take(asker('198.51.100.7'), 0)).toBe(true);
    expect(countTaken(budget, greedy, minuteMs)).toBe(2);
  }
});

test('many addresses get six a minute, and whoever proves the account still four', () => {
  const budget = new VouchingBudget();
  expect(countTaken(budget, strangers(50))).toBe(6);
  expect(countTaken(budget, apps(10))).toBe(4);
});

test('whoever proves the account may have of the common share, too, and not all of it', () => {
  const budget = new VouchingBudget();
  expect(countTaken(budget, apps(50))).toBe(6);
  expect(countTaken(budget, strangers(50))).toBe(4);
});

test('all together get ten in a minute', () => {
  const budget = new VouchingBudget();
  expect(countTaken(budget, [...apps(50), ...strangers(50)])).toBe(10);
});
