import type { Logger } from '@logtape/logtape';
import { Failure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { tellFaults } from '../../platform/fault.ts';
import { asTemplate, faultLine, openLog } from '../../platform/log.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { logOf } from '../../core/log-areas.ts';
import { chooseLog, readLogWish } from '../../log-setting.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';
import { takeStrayOutput } from '../../platform/stray-output.ts';
import { takeSupervisor } from '../../platform/supervisor.ts';
import { describeServer } from './describe-server.ts';
import { describeStart, whyOtherPort } from './describe-start.ts';
import { Heartbeat } from './heartbeat.ts';
import { listen } from './listen.ts';
import { openMonitoring } from './open-monitoring.ts';
import { readOwnTls } from './own-tls.ts';
import { Talk } from './talk.ts';

/** Runs the server until the first signal: `groundmist serve`. Whatever it has to say, and why it does not start too, goes through its log. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, configuration } = context;
  const chosen = chooseLog(readLogWish(configuration), terminal);
  const log = await openLog({ ...chosen, write: terminal.log });
  const serverLog = logOf(log, 'server');
  using _telling = tellFaults((error) => faultLine(error, chosen.form));
  using _stray = takeStrayOutput((said) => serverLog.warn('{said}', { said }));
  const talk = new Talk(terminal, serverLog, chosen.form);
  try {
    await run(context, log, talk);
  } catch (error) {
    throw talk.end(error);
  }
}

async function run(context: CommandContext, log: Logger, talk: Talk): Promise<void> {
  const { signal, configuration } = context;
  using heartbeat = new Heartbeat(takeSupervisor(), systemClock);
  const { notes = [] } = configuration.sources;
  for (const note of notes) talk.remark(note);
  const values = configuration.read(coreSettings);
  const ownTls = readOwnTls(configuration.read(tlsSettings), values.host);
  const whyNot = whyNoPublicName(values);
  if (whyNot !== undefined) throw new Failure('ConfigurationInvalid', whyNot);
  const warn = (sentence: string): void => logOf(log, 'server').warn(asTemplate(sentence));
  // A warning only: an older binary must still start with the settings of a newer one.
  describeUnknownNames(context.features, configuration.sources).forEach(warn);
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
    for (const sentence of describeStart(started)) talk.say(sentence);
    const otherPort = whyOtherPort(started);
    if (otherPort !== undefined) warn(otherPort);
    await untilAborted(signal);
    heartbeat.stopping();
    core.noteStopping();
    talk.say('Stopping: sockets close; everything acknowledged is on disk.');
  } finally {
    await close();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
