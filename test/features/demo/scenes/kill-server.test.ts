import { expect, test } from 'bun:test';
import { nobody } from '../../../../src/features/demo/audience.ts';
import { makeFolder } from '../../../../src/features/demo/folder.ts';
import { startOwner } from '../../../../src/features/demo/owner.ts';
import { Patience } from '../../../../src/features/demo/patience.ts';
import { freePort } from '../../../../src/features/demo/port.ts';
import { Program, type Runner } from '../../../../src/features/demo/program.ts';
import { killServer } from '../../../../src/features/demo/scenes/kill-server.ts';
import { letIn } from '../../../../src/features/demo/scenes/let-in.ts';
import { openServer } from '../../../../src/features/demo/scenes/open-server.ts';
import { Stage } from '../../../../src/features/demo/stage.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { ownCommand } from '../../../../src/platform/executable.ts';
import { createOutbound } from '../../../../src/platform/outbound.ts';
import { recordingTerminal } from '../../../support/terminal.ts';
import { rejectionOf } from '../../../support/rejection.ts';

/** A disk that has lost the first entry of the laptop. */
function forgetful(program: Program): Runner {
  return {
    serve: () => program.serve(),
    async run(args) {
      const printed = await program.run(args);
      return args.includes('--json') ? printed.replace('"laptop, entry 1",', '') : printed;
    },
  };
}

test('an acknowledged edit that the disk does not have ends the demo, with its name', async () => {
  using folder = makeFolder();
  await using opened = new AsyncDisposableStack();
  const owner = opened.use(await startOwner(systemClock));
  const host = `localhost:${await freePort()}`;
  const { signal } = new AbortController();
  const program = new Program({
    command: ownCommand(),
    folder: folder.path,
    settings: { GROUNDMIST_PLC_URL: owner.plcUrl, GROUNDMIST_PRIVATE_HOSTS: owner.plcHost },
    environment: process.env,
    signal,
  });
  const stage = new Stage({
    owner,
    host,
    folder: folder.path,
    program: forgetful(program),
    fetch: createOutbound({ privateHosts: [host], timeoutMs: 30_000 }),
    clock: systemClock,
    terminal: recordingTerminal(),
    audience: nobody,
    patience: new Patience(systemClock, signal),
    opened,
  });
  await openServer(stage);
  const pair = await letIn(stage);
  const { message } = await rejectionOf(killServer(stage, pair));
  expect(message).toMatch(
    /^Only (\d+) of \d+ acknowledged edits are on the disk\. These are lost: laptop, entry 1\.$/,
  );
});
