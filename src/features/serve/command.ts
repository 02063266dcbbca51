import type { Logger } from '@logtape/logtape';
import { Failure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import type { CommandContext } from '../../feature.ts';
import { tellFaults } from '../../platform/fault.ts';
import { asTemplate, faultLine, openLog } from '../../platform/log.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { logOf } from '../../core/log-areas.ts';
import { chooseLog } from '../../log-setting.ts';
import { coreSettings } from '../../settings.ts';
import { listen } from './listen.ts';

/** Runs the server until the first signal: `groundmist serve`. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, signal, configuration } = context;
  const values = configuration.read(coreSettings);
  const whyNot = whyNoPublicName(values);
  if (whyNot !== undefined) throw new Failure('ConfigurationInvalid', whyNot);
  const chosen = chooseLog(values.logging, terminal);
  const log = await openLog({ ...chosen, write: terminal.log });
  using _telling = tellFaults((error) => faultLine(error, chosen.form));
  // A warning only: an older binary must still start with the settings of a newer one.
  for (const sentence of describeUnknownNames(context.features, configuration.sources)) {
    logOf(log, 'server').warn(asTemplate(sentence));
  }
  const say = talkOf(terminal, log);
  await using groundmist = await context.compose(log);
  const { address, close } = await listen(groundmist, values);
  say(`Listening on ${address}, known as ${groundmist.core.publicUrl.origin}`);
  say(`Owner: ${groundmist.core.owner} · documents: ${values.dataDirectory}`);
  say('Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.');
  try {
    await untilAborted(signal);
    say('Stopping: sockets close; everything acknowledged is on disk.');
  } finally {
    await close();
  }
}

/** What a person reads as it is is a line like all others where a program reads. */
function talkOf(terminal: Terminal, log: Logger): (sentence: string) => void {
  if (terminal.isTalkShown) return (sentence) => terminal.note(sentence);
  return (sentence) => logOf(log, 'server').info(asTemplate(sentence));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
