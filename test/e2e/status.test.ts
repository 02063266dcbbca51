import { expect, test } from 'bun:test';
import { eventually } from '../support/eventually.ts';
import { numberedId } from '../support/plain-store.ts';
import { Installation, library } from './server.ts';

interface Shown {
  readonly peers: number;
  readonly sessions: number;
  readonly documents: number;
  readonly memory: { readonly serverBytes: number | null };
}

test('`status` says who is connected and what is kept, and that nothing runs once nothing runs', async () => {
  await using machine = await Installation.create();
  const server = await machine.serve();
  const client = await machine.client(await machine.admit());
  const { url } = client.create({ title: 'One' });
  const answer = await eventually('the document is there', async () => {
    const { stdout, exitCode } = await machine.run('status', '--json');
    const shown = JSON.parse(stdout) as Shown;
    return exitCode === 0 && shown.documents === 1 && shown;
  });
  expect(answer).toMatchObject({ peers: 1, sessions: 1, documents: 1 });
  if (process.platform === 'linux') expect(answer.memory.serverBytes).toBeGreaterThan(1_000_000);
  const { stdout } = await machine.run('status');
  expect(stdout).toContain('● ready');
  expect(stdout).toMatch(new RegExp(`${RegExp.escape(library)} +1 `));
  // oxlint-disable-next-line no-control-regex
  expect(stdout).not.toMatch(/\u001b/);

  const graph = await machine.run('inspect', library, '--graph');
  expect(graph.stdout).toContain(`${url.slice('automerge:'.length)}  One`);
  expect((await machine.run('inspect', '--find', String(numberedId(1)))).exitCode).toBe(1);

  await server.stop();
  const gone = await machine.run('status');
  expect(gone.exitCode).toBe(1);
  expect(gone.stdout).toBe('');
  expect(gone.stderr).toContain('groundmist serve');
});
