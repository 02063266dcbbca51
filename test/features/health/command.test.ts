import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import { run } from '../../../src/features/health/command.ts';
import { runCommand, type CommandRun } from '../../support/command.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { failureOf } from '../../support/rejection.ts';

/** A data directory whose server gives these reasons, for as long as it is used. */
function serverSaying(...reasons: readonly string[]) {
  const folder = temporaryFolder();
  const unix = controlSocketPath(folder.path);
  mkdirSync(dirname(unix), { recursive: true });
  const answer = { reasons, warnings: ['The backup is old.'], backup: { ageSeconds: 1, isStale: true } };
  const server = Bun.serve({ unix, fetch: () => Response.json(answer) });
  return {
    health: (given: CommandRun = {}) => runCommand(run, { ...given, environment: { DATA_DIR: folder.path } }),
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      folder[Symbol.dispose]();
    },
  };
}

test('a server that can do all of its work is ready, whatever it warns of', async () => {
  await using server = serverSaying();
  expect((await server.health()).results).toEqual(['ready']);
  expect((await server.health({ options: { ready: true } })).results).toEqual(['ready']);
  const { results } = await server.health({ options: { json: true } });
  expect(results).toEqual(['{"isReady":true,"reasons":[],"warnings":["The backup is old."]}']);
});

test('one that cannot is alive, and says in one line why it is not ready', async () => {
  await using server = serverSaying('The disk of /srv/mist is full.', 'One namespace is \u001B[2Jclosed.');
  expect((await server.health()).results).toEqual([
    'alive, not ready: The disk of /srv/mist is full. One namespace is \\u001b[2Jclosed.',
  ]);
  const { results } = await server.health({ options: { json: true } });
  expect(results).toEqual([expect.stringContaining('{"isReady":false,"reasons":["The disk')]);
});

test('asked for readiness it says why not, and the exit code is 3', async () => {
  await using server = serverSaying('The disk of /srv/mist is full.', 'One namespace is closed.');
  const failure = await failureOf(server.health({ options: { ready: true } }));
  expect(failure.message).toBe('The disk of /srv/mist is full.\nOne namespace is closed.');
  expect(failure.kind.exit).toBe(3);
});

test('where none runs it says so, and the exit code is 1', async () => {
  using folder = temporaryFolder();
  const failure = await failureOf(runCommand(run, { environment: { DATA_DIR: folder.path } }));
  expect(failure).toMatchObject({ code: 'ServerUnreachable', kind: { exit: 1 } });
});
