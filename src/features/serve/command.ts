import type { Logger } from '@logtape/logtape';
import { Failure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { tellFaults } from '../../platform/fault.ts';
import { asTemplate, faultLine, openLog } from '../../platform/log.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { logOf } from '../../core/log-areas.ts';
import { chooseLog } from '../../log-setting.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';
import { takeSupervisor } from '../../platform/supervisor.ts';
import { describeServer } from './describe-server.ts';
import { describeStart, whyOtherPort } from './describe-start.ts';
import { Heartbeat } from './heartbeat.ts';
import { listen } from './listen.ts';
import { openMonitoring } from './open-monitoring.ts';
import { readOwnTls } from './own-tls.ts';

/** Runs the server until the first signal: `groundmist serve`. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, signal, configuration } = context;
  using heartbeat = new Heartbeat(takeSupervisor(), systemClock);
  const values = configuration.read(coreSettings);
  const ownTls = readOwnTls(configuration.read(tlsSettings), values.host);
  const whyNot = whyNoPublicName(values);
  if (whyNot !== undefined) throw new Failure('ConfigurationInvalid', whyNot);
  const chosen = chooseLog(values.logging, terminal);
  const log = await openLog({ ...chosen, write: terminal.log });
  using _telling = tellFaults((error) => faultLine(error, chosen.form));
  const warn = (sentence: string): void => logOf(log, 'server').warn(asTemplate(sentence));
  // A warning only: an older binary must still start with the settings of a newer one.
  describeUnknownNames(context.features, configuration.sources).forEach(warn);
  const say = talkOf(terminal, log);
  // Who watches the server sees it stop, to the end.
  using watched = new DisposableStack();
  await using groundmist = await context.compose(log);
  const { core } = groundmist;
  const { address, close } = await listen(groundmist, { ...values, ownTls });
  try {
    // After the port of the apps: that one may have been given the number that this one has by default.
    watched.use(openMonitoring(groundmist, context));
    heartbeat.ready(() => describeServer(core, address));
    const beat = (): void => heartbeat.beat();
    core.events.listen({ approvalRequested: beat, approvalAnswered: beat });
    const started = { core, address, port: values.port, ownTls };
    describeStart(started).forEach(say);
    const otherPort = whyOtherPort(started);
    if (otherPort !== undefined) warn(otherPort);
    await untilAborted(signal);
    heartbeat.stopping();
    core.noteStopping();
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
