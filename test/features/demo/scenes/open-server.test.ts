import { expect, test } from 'bun:test';
import { startOwner } from '../../../../src/features/demo/owner.ts';
import { Patience } from '../../../../src/features/demo/patience.ts';
import { turnAway } from '../../../../src/features/demo/scenes/open-server.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { rejectionOf } from '../../../support/rejection.ts';

const ownerOnly = { status: 403, error: 'NotPermitted', message: 'It is not yours.' };

/** A server that answers the requests of each stranger with `answers`, one after the other. */
async function turningAway(answers: readonly (() => Response)[]) {
  await using owner = await startOwner(systemClock);
  const left = [...answers];
  const fetch = async (): Promise<Response> => left.shift()?.() ?? Response.error();
  const patience = new Patience(systemClock, new AbortController().signal);
  return await turnAway({ owner, host: 'localhost:1', fetch, clock: systemClock, patience });
}

const refuse = (): Response => Response.json(ownerOnly, { status: ownerOnly.status });
const letIn = (): Response => Response.json({ token: 'gms_x' });
const ask = (): Response =>
  Response.json({ error: 'ApprovalRequired', message: 'Wait.', approvalId: 'k7m2qx' }, { status: 403 });

test('what the server tells a stranger is given, each time', async () => {
  const refusal = { kind: 'refused' as const, ...ownerOnly };
  expect(await turningAway([refuse, refuse])).toEqual([refusal, refusal]);
});

test.each([
  ['lets a stranger in', [letIn]],
  ['asks its owner about a stranger', [ask]],
  ['lets in who only says that they are its owner', [refuse, letIn]],
])('a server that %s fails the demo', async (_, answers) => {
  const { message } = await rejectionOf(turningAway(answers));
  expect(message).toBe('The server did not turn a stranger away.');
});
