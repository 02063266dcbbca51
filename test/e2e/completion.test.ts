import { expect, setDefaultTimeout, test } from 'bun:test';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

/** What is offered after these words by the compiled binary. */
async function offered(home: Installation, ...words: readonly string[]): Promise<readonly string[]> {
  const input = words.map((word) => `${word}\0`).join('');
  const { exitCode, stdout, stderr } = await home.binary.run(['complete'], { env: home.settings, input });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

test('beside a running server the apps that are in are offered, and its namespaces; without one nothing, in silence', async () => {
  await using home = await Installation.create();
  expect(await offered(home, 'app', 'revoke', '')).toEqual(['words']);
  const server = await home.serve();
  const writer = await LeanClient.connect(await home.admit());
  const documentId = writer.create({ title: 'something to inspect' });
  await eventually('it is acknowledged', () => (writer.told.get(documentId)?.size ?? 0) > 0);
  const apps = await offered(home, 'app', 'revoke', '');
  expect(apps).toEqual(['words', expect.stringMatching(/^[a-z0-9]+\ta device of \S+, last seen 2/)]);
  expect(await offered(home, 'app', 'approve', '')).toEqual(['words']);
  expect(await offered(home, 'inspect', '')).toContainEqual(expect.stringMatching(/^xyz\.groundmist\.\w+$/));
  writer.close();
  await server.stop();
});
