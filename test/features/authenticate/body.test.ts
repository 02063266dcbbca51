import { readdirSync } from 'node:fs';
import { expect, test } from 'bun:test';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';

const badNamespaces = [
  '',
  'xyz',
  'xyz.',
  '.xyz',
  'xyz..groundmist',
  '..',
  '../../etc',
  'xyz/groundmist',
  'xyz.groundmist/../library',
  'xyz.Groundmist',
  'xyz.groundmist.',
  '-xyz.groundmist',
  `xyz.${'a'.repeat(64)}`,
  `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}`,
  'a.b.c.d.e.f.g.h.i.j.k',
  'xyz.groundmist\u0000',
  'xyz.gröundmist',
];

test('a namespace that breaks the rules of NSIDs is a 400 and touches no file', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  for (const lexiconAuthorityDomain of badNamespaces) {
    const answer = await server.signIn({ key, members: { lexiconAuthorityDomain } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'InvalidRequest' });
  }
  expect(readdirSync(server.dataDirectory)).toEqual(['.groundmist']);
  expect(server.groundmist.core.access.list().approvals).toEqual([]);
});

test.each(['', 'not json', 'null', '[]', '{}', '{"lexiconAuthorityDomain":7}', '"xyz.groundmist"'])(
  'the body %j is a 400',
  async (body) => {
    await using server = await ComposedServer.start();
    const answer = await server.signIn({ key: await makeTestKey(), body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'InvalidRequest' });
  },
);

test.each([
  '2akvofn6L1o4RMUEMQi7qzwRjKWZ',
  'automerge:',
  'automerge:x',
  'automerge:2akvofn6L1o4RMUEMQi7qzwRjKWA',
  'automerge:2akvofn6L1o4RMUEMQi7qzwRjKWZ#heads',
  'https://app.example',
  7,
])('the root document %j is a 400', async (rootDocUrl) => {
  await using server = await ComposedServer.start();
  const answer = await server.signIn({ key: await makeTestKey(), members: { rootDocUrl } });
  expect(answer.status).toBe(400);
});

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
