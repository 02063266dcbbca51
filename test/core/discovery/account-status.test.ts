import { expect, test } from 'bun:test';
import { refuseInactive } from '../../../src/core/discovery/account-status.ts';
import { readPublished } from '../../../src/core/discovery/published-record.ts';
import { createOutbound } from '../../../src/platform/outbound.ts';
import { startFakePds, type FakePds } from '../../support/fake-pds.ts';
import { failureOf } from '../../support/rejection.ts';

const getRepoStatus = 'com.atproto.sync.getRepoStatus';

function placeOf({ owner, host }: FakePds) {
  const fetch = createOutbound({ privateHosts: [host] });
  return { did: owner.did, pds: new URL(`http://${host}`), fetch };
}

test.each<[object, string]>([
  [{ active: false, status: 'deactivated' }, 'deactivated'],
  [{ active: false, status: 'takendown' }, 'taken down'],
  [{ active: false, status: 'on \u001b[2J leave' }, 'on [2J leave'],
  [{ active: false }, 'not active'],
  [{ error: 'RepoNotFound' }, 'not known'],
])('%j is an account that is not served', async (answer, how) => {
  await using pds = await startFakePds({ [getRepoStatus]: () => Response.json(answer) });
  expect(await failureOf(refuseInactive(placeOf(pds)))).toMatchObject({
    code: 'AccountInactive',
    message: `Your account is ${how} at ${pds.host}, so apps find nothing of it there.`,
  });
});

test.each<[string, () => Response]>([
  ['an active one', () => Response.json({ active: true })],
  ['a PDS that does not know the question', () => Response.json({ error: 'MethodNotImplemented' })],
  ['nonsense', () => new Response('<html>')],
])('%s is refused nothing', async (_what, answer) => {
  await using pds = await startFakePds({ [getRepoStatus]: answer });
  expect(await refuseInactive(placeOf(pds))).toBeUndefined();
});

test('the reason counts where the record is refused, whatever the PDS says of that', async () => {
  await using pds = await startFakePds({
    [getRepoStatus]: () => Response.json({ active: false, status: 'suspended' }),
    'com.atproto.repo.getRecord': () => Response.json({ error: 'UpstreamFailure' }, { status: 502 }),
  });
  expect((await failureOf(readPublished(placeOf(pds)))).code).toBe('AccountInactive');
});
