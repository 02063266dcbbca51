import type { Logger } from '@logtape/logtape';
import { Failure, toFailure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import type { Core } from '../../core/core.ts';
import type { CommandContext } from '../../feature.ts';
import type { Groundmist } from '../../groundmist.ts';
import { systemClock } from '../../platform/clock.ts';
import { tellFaults } from '../../platform/fault.ts';
import { count } from '../../platform/format.ts';
import { asTemplate, faultLine, openLog } from '../../platform/log.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { logOf } from '../../core/log-areas.ts';
import { chooseLog } from '../../log-setting.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';
import { takeSupervisor } from '../../platform/supervisor.ts';
import { Heartbeat } from './heartbeat.ts';
import { listen } from './listen.ts';
import { openMonitoring } from './open-monitoring.ts';
import { readOwnTls } from './own-tls.ts';

/** Runs the server until the first signal: `groundmist serve`. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, signal, configuration } = context;
  using heartbeat = new Heartbeat(takeSupervisor(), systemClock);
  const values = configuration.read(coreSettings);
  const whyNot = whyNoPublicName(values);
  if (whyNot !== undefined) throw new Failure('ConfigurationInvalid', whyNot);
  const ownTls = readOwnTls(configuration.read(tlsSettings), values.host);
  const chosen = chooseLog(values.logging, terminal);
  const log = await openLog({ ...chosen, write: terminal.log });
  using _telling = tellFaults((error) => faultLine(error, chosen.form));
  // A warning only: an older binary must still start with the settings of a newer one.
  for (const sentence of describeUnknownNames(context.features, configuration.sources)) {
    logOf(log, 'server').warn(asTemplate(sentence));
  }
  const say = talkOf(terminal, log);
  // Who watches the server sees it stop, to the end.
  using watched = new DisposableStack();
  await using groundmist = await context.compose(log);
  const { core } = groundmist;
  watched.use(openMonitoring(groundmist, context));
  const { address, close } = await listen(groundmist, { ...values, ownTls });
  heartbeat.ready(() => describeServer(core, address));
  const beat = (): void => heartbeat.beat();
  core.events.listen({ approvalRequested: beat, approvalAnswered: beat });
  say(`Listening on ${address}, known as ${core.publicUrl.origin}`);
  if (isWithoutCertificate(groundmist)) {
    say('It waits for its certificate; until that is there, only port 80 answers.');
  }
  say(`Owner: ${core.owner} · documents: ${values.dataDirectory}`);
  say('Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.');
  try {
    await untilAborted(signal);
    heartbeat.stopping();
    core.noteStopping();
    say('Stopping: sockets close; everything acknowledged is on disk.');
  } finally {
    await close();
  }
}

/** One line, for `systemctl status` and `service show`. */
export function describeServer(
  { access, troubles }: Pick<Core, 'access' | 'troubles'>,
  address: string,
): string {
  try {
    const [why] = troubles();
    if (why !== undefined) return `In trouble: ${why}`;
    const waiting = access.list().approvals.length;
    const who = waiting === 0 ? '' : `; ${count(waiting, 'app')} waiting for your answer`;
    return `Listening on ${address}${who}`;
  } catch (error) {
    // As where the disk has gone: it lives, and says so.
    return `In trouble: ${toFailure(error).message}`;
  }
}

/** Only a server with TLS of its own speaks of one. */
function isWithoutCertificate({ core }: Groundmist): boolean {
  const { certificate } = core.reports.read();
  return certificate !== undefined && certificate.validTo === undefined;
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
