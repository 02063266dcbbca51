import type { CommandContext, RunCommand } from '../../feature.ts';
import { Cancelled, unlessAborted } from '../../platform/cancelled.ts';
import { systemClock } from '../../platform/clock.ts';
import { ownCommand, typedCommand } from '../../platform/executable.ts';
import { openKeyboard, type Keyboard } from '../../platform/keyboard.ts';
import { createOutbound } from '../../platform/outbound.ts';
import { nobody, personAt, type Audience } from './audience.ts';
import { tellNext } from './finale.ts';
import { makeFolder } from './folder.ts';
import { startOwner } from './owner.ts';
import { Patience } from './patience.ts';
import { freePort } from './port.ts';
import { Program } from './program.ts';
import { Stage } from './stage.ts';
import { tellStory } from './story.ts';
import { onSuddenEnd } from './sudden-end.ts';
import { hideTimerWarnings } from './timer-warnings.ts';

/** Longer than the server holds the request of an app that asks. */
const requestMs = 90_000;

/** Tells the story with real processes, keeps the server up until somebody ends it, and leaves nothing behind. */
export const run: RunCommand = async (context) => {
  const { terminal } = context;
  const leaving = new AbortController();
  const signal = AbortSignal.any([context.signal, leaving.signal]);
  const folder = makeFolder();
  const sudden = onSuddenEnd(process, (reason) => leaving.abort(reason));
  try {
    using keyboard = keyboardOf(context, () => leaving.abort(new Cancelled('SIGINT')));
    await play({ ...context, signal }, folder.path, keyboard);
  } catch (error) {
    // What fails because we end is no failure.
    signal.throwIfAborted();
    throw error;
  } finally {
    folder[Symbol.dispose]();
    sudden[Symbol.dispose]();
    terminal.note('The demo is over: its server is stopped, and all that it wrote is removed.');
  }
};

/** Somebody watches, and did not ask for an end without questions. */
function keyboardOf({ terminal, options }: CommandContext, interrupt: () => void): Keyboard | undefined {
  const isWatched = terminal.isInteractive && terminal.isOutputShown && !terminal.isQuiet;
  return isWatched && options['exit'] !== true ? openKeyboard(process.stdin, interrupt) : undefined;
}

async function play(context: CommandContext, folder: string, keyboard: Keyboard | undefined): Promise<void> {
  const { options, terminal, signal } = context;
  await using opened = new AsyncDisposableStack();
  opened.use(hideTimerWarnings());
  const owner = opened.use(await startOwner(systemClock));
  const host = `localhost:${await freePort()}`;
  const program = new Program({
    command: ownCommand(),
    folder,
    settings: {
      GROUNDMIST_PLC_URL: owner.plcUrl,
      GROUNDMIST_PRIVATE_HOSTS: owner.plcHost,
      GROUNDMIST_METRICS: 'off',
    },
    environment: terminal.environment,
    signal,
  });
  const stage = new Stage({
    owner,
    host,
    folder,
    program,
    fetch: createOutbound({ privateHosts: [host], timeoutMs: requestMs }),
    clock: systemClock,
    terminal,
    audience: audienceOf(context, keyboard),
    patience: new Patience(systemClock, signal),
    opened,
  });
  await tellStory(stage);
  await stage.options.audience.goOn();
  const staysUp = options['exit'] !== true;
  const typed = typedCommand(process.cwd());
  await tellNext(stage, { typed, dataDirectory: program.dataDirectory, staysUp });
  if (staysUp) await untilEnded(stage, keyboard, signal);
}

function audienceOf({ options, terminal, signal }: CommandContext, keyboard: Keyboard | undefined): Audience {
  if (keyboard === undefined || terminal.draw === undefined) return nobody;
  const { draw, isScreen: canErase } = terminal;
  const person = personAt({ keyboard, draw, canErase, clock: systemClock, signal });
  return options['yes'] === true ? { ...person, confirm: nobody.confirm } : person;
}

async function untilEnded(stage: Stage, keyboard: Keyboard | undefined, signal: AbortSignal): Promise<void> {
  const how = keyboard === undefined ? 'Ctrl-C ends' : 'q or Ctrl-C ends';
  await stage.narrator.say(`${how} it and removes everything.`);
  await unlessAborted(signal, Promise.race([stage.unexpectedEnd, pressesQ(keyboard)]));
}

/** Never, where there are no keys (any more). */
async function pressesQ(keyboard: Keyboard | undefined): Promise<void> {
  for (;;) {
    const key = await keyboard?.next();
    if (key === undefined) return await new Promise(() => {});
    if (key === 'q' || key === 'Q') return;
  }
}
