import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunCommand } from '../../feature.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { ownCommand } from '../../platform/executable.ts';
import { systemClock } from '../../platform/clock.ts';
import { createOutbound } from '../../platform/outbound.ts';
import { untilAborted } from './aborted.ts';
import { describeNext } from './describe-next.ts';
import { startOwner } from './owner.ts';
import { freePort } from './port.ts';
import { Program } from './program.ts';
import { tellStory } from './story.ts';

/** Longer than a slow machine needs for all steps together. */
const patienceMs = 120_000;

/** Tells the story with real processes, keeps the server up until Ctrl-C, and leaves nothing behind. */
export const run: RunCommand = async ({ options, terminal, signal }) => {
  const folder = mkdtempSync(join(tmpdir(), 'groundmist-demo-'));
  try {
    await using opened = new AsyncDisposableStack();
    opened.use(hideWarnings(terminal));
    const owner = opened.use(await startOwner(systemClock));
    const host = `localhost:${await freePort()}`;
    const program = new Program({
      command: ownCommand(),
      folder,
      settings: { GROUNDMIST_PLC_URL: owner.plcUrl, GROUNDMIST_PRIVATE_HOSTS: owner.plcHost },
      environment: terminal.environment,
      interruption: signal,
    });
    const fetch = createOutbound({ privateHosts: [host], timeoutMs: patienceMs });
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    await tellStory({ owner, host, program, fetch, terminal, clock: systemClock, opened, signal: patience });
    await terminal.result(describeNext(program));
    if (options['exit'] === true) return;
    await terminal.result('\nThe server stays up. Ctrl-C ends it and removes everything.');
    await untilAborted(signal);
  } catch (error) {
    // Ctrl-C reaches the server too, whose end may be noticed first.
    signal.throwIfAborted();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    terminal.note(`The demo is over; ${folder} is removed.`);
  }
};

/**
 * automerge-repo, as a client, asks for timers in the past, and each time a warning would be printed
 * in the middle of the story. With --verbose it still is.
 */
function hideWarnings(terminal: Terminal): Disposable {
  const printing = terminal.isVerbose ? [] : process.listeners('warning');
  for (const print of printing) process.off('warning', print);
  return {
    [Symbol.dispose]() {
      for (const print of printing) process.on('warning', print);
    },
  };
}
