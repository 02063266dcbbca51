import { expect, test } from 'bun:test';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';

test.each(['', 'not json', 'null', '[]', '{}', '{"lexiconAuthorityDomain":7}', '"xyz.groundmist"'])(
  'the body %j is a 400',
  async (body) => {
    await using server = await ComposedServer.start();
    const answer = await server.signIn({ key: await makeTestKey(), body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'InvalidRequest' });
  },
);

test('a body over 16 KiB is a 413', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  const answer = await server.signIn({ key, members: { more: 'x'.repeat(16 * 1024) } });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: 'PayloadTooLarge' });
});

test('a body that breaks off is no failure of ours', async () => {
  await using server = await ComposedServer.start();
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{'));
      controller.error(new Error('the connection was closed'));
    },
  });
  const answer = await server.fetch(
    new Request('https://sync.example.com/authenticate', { method: 'POST', body: broken }),
  );
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: 'InvalidRequest' });
});
