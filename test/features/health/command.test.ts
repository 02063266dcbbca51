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
  const { results } = await server.health({ options: { json: true } });
  expect(results).toEqual(['{"isReady":true,"reasons":[],"warnings":["The backup is old."]}']);
});

test('one that cannot says why, and the exit code is 3', async () => {
  await using server = serverSaying('The disk of /srv/mist is full.', 'One namespace is closed.');
  const failure = await failureOf(server.health());
  expect(failure.message).toBe('The disk of /srv/mist is full.\nOne namespace is closed.');
  expect(failure.kind.exit).toBe(3);
});

test('where none runs it says so, and the exit code is 1', async () => {
  using folder = temporaryFolder();
  const failure = await failureOf(runCommand(run, { environment: { DATA_DIR: folder.path } }));
  expect(failure).toMatchObject({ code: 'ServerUnreachable', kind: { exit: 1 } });
});
