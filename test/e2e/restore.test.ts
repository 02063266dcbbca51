import { expect, setDefaultTimeout, test } from 'bun:test';
import { eventually } from '../support/eventually.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

test('apps of both generations get a restored state while they are connected', async () => {
  await using home = await Installation.create();
  await home.serve();
  const url = await home.admit();
  const writer = await home.client(url, '2.5.6');
  const reader = await home.client(await home.admit(), '1.2.1');
  const document = writer.create({ title: 'A title' });
  const seen = await reader.find(document.url);
  const moment = await eventually('the first state is stored', async () => {
    const { exitCode, stdout } = await home.run('inspect', document.url, '--json');
    return exitCode === 0 && (JSON.parse(stdout) as { heads: string[] }).heads.join();
  });
  document.change((content) => void (content['title'] = 'A mistake'));
  await eventually(
    'the mistake is everywhere',
    () => JSON.stringify(seen.content()) === '{"title":"A mistake"}',
  );
  const restored = await home.run('restore', document.url, '--at', moment);
  expect(restored).toMatchObject({ exitCode: 0, stderr: '' });
  expect(restored.stdout).toContain('Restored by one new change');
  await eventually('both have the state again', () =>
    [document, seen].every((one) => JSON.stringify(one.content()) === '{"title":"A title"}'),
  );
});
