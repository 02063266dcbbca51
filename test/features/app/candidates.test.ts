import { expect, test } from 'bun:test';
import { Configuration } from '../../../src/configuration.ts';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import { findAdmitted, findWaiting } from '../../../src/features/app/candidates.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';
import { rejectionOf } from '../../support/rejection.ts';

test('a waiting app is offered by its id, and once it is in by its name and its device', async () => {
  await using server = await ComposedServer.start();
  const control = Bun.serve({
    unix: controlSocketPath(server.dataDirectory),
    fetch: (request) => server.groundmist.control(request),
  });
  const environment = { DATA_DIR: server.dataDirectory };
  const context = { configuration: new Configuration({ flags: {}, environment }), features: [] };
  const answer = server.signIn({ key: await makeTestKey(), origin: 'https://app.example' });
  const id = await server.nextApproval();
  expect(await findWaiting(context)).toEqual([
    { word: id, summary: expect.stringMatching(/^https:\/\/app\.example \(says so itself\) for xyz\./) },
  ]);
  server.groundmist.core.access.approve(id, { permission: 'read-write' });
  await answer;
  expect(await findWaiting(context)).toEqual([]);
  expect(await findAdmitted(context)).toEqual([
    { word: 'https://app.example', summary: 'one device' },
    {
      word: expect.any(String),
      summary: expect.stringMatching(/^a device of https:\/\/app\.example, last seen/),
    },
  ]);
  await control.stop(true);
});

test('without a server it fails, which the completion keeps to itself', async () => {
  const configuration = new Configuration({ flags: {}, environment: { DATA_DIR: '/nowhere' } });
  expect(await rejectionOf(findWaiting({ configuration, features: [] }))).toMatchObject({
    code: 'ServerUnreachable',
  });
});
