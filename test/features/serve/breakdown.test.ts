import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';

test('a server whose Automerge has stopped ends, says why, and asks its supervisor for a new start', async () => {
  using folder = temporaryFolder();
  const script = join(import.meta.dir, 'serve-until-broken.ts');
  const server = Bun.spawn([process.execPath, '--no-env-file', script, folder.at('data')], {
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 30_000,
  });
  const said = await new Response(server.stderr).text();
  expect(await server.exited).toBe(1);
  expect(said).toContain('Automerge stopped at a document of xyz.groundmist.library');
}, 40_000);
