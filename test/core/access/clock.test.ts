import { expect, test } from 'bun:test';
import { admitted, credentialsOf, startAccess } from '../../support/access.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
const app = credentialsOf('app');

test('a clock set back by a year leaves no question and no refusal standing for a year', async () => {
  const { access, clock, ask, letIn, waitingIds } = startAccess();
  const denied = ask(app);
  access.deny(waitingIds()[0] ?? '');
  expect(await denied).toMatchObject({ kind: 'refused' });
  for (let number = 0; number < 10; number += 1) void ask(credentialsOf(`waiting-${number}`));
  expect(waitingIds()).toHaveLength(10);
  clock.turnBack(yearMs);
  expect(waitingIds()).toEqual([]);
  expect((await letIn(app)).syncToken).toStartWith('gms_');
});

test('a clock corrected by a minute takes no question away', async () => {
  const { access, clock, ask, waitingIds } = startAccess();
  const asked = ask(app);
  clock.turnBack(minuteMs);
  access.approve(waitingIds()[0] ?? '', { permission: 'read' });
  expect(await asked).toMatchObject({ kind: 'admitted' });
});

test.each([
  ['back by a year', yearMs],
  ['forward by a day', -dayMs],
])('a request is held for the same 50 s where the clock is set %s', async (_name, byMs) => {
  const { clock, ask } = startAccess();
  const asked = ask(app);
  clock.turnBack(byMs);
  clock.advance(49_999);
  expect(clock.pendingCount).toBe(1);
  clock.advance(1);
  expect(await asked).toMatchObject({ kind: 'waiting' });
});

test('a pairing that nobody attends ends, also where the clock is set back', () => {
  const { access, clock } = startAccess();
  const { code } = access.pairing.begin(undefined);
  clock.turnBack(yearMs);
  clock.advance(15_000);
  expect(access.pairing.open(code, { address: '203.0.113.9', isAddressKnown: true })).toBe('nothing');
});

test('an approved device comes in by its key, whatever the clock says', async () => {
  const { clock, ask, letIn } = startAccess();
  await letIn(app);
  for (const byMs of [yearMs, -2 * yearMs, yearMs - dayMs]) {
    clock.turnBack(byMs);
    expect(admitted(await ask(app)).syncToken).toStartWith('gms_');
  }
});
