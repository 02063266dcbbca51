import { Failure, toFailure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import type { Core } from '../../core/core.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { count } from '../../platform/format.ts';
import { openLog } from '../../platform/log.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { coreSettings } from '../../settings.ts';
import { takeSupervisor } from '../../platform/supervisor.ts';
import { Heartbeat } from './heartbeat.ts';
import { listen } from './listen.ts';
import { openMonitoring } from './open-monitoring.ts';

/** Runs the server until the first signal: `groundmist serve`. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, signal, configuration } = context;
  using heartbeat = new Heartbeat(takeSupervisor(), systemClock);
  const values = configuration.read(coreSettings);
  // A warning only: an older binary must still start with the settings of a newer one.
  for (const sentence of describeUnknownNames(context.features, configuration.sources)) {
    terminal.problem(`groundmist: ${sentence}`);
  }
  const whyNot = whyNoPublicName(values);
  if (whyNot !== undefined) throw new Failure('ConfigurationInvalid', whyNot);
  const log = await openLog({
    format: terminal.isInteractive ? 'text' : 'json',
    level: terminal.isVerbose ? 'debug' : 'info',
    write: (line) => terminal.problem(line.trimEnd()),
  });
  // Who watches the server sees it stop, to the end.
  using watched = new DisposableStack();
  await using groundmist = await context.compose(log);
  const { core } = groundmist;
  watched.use(openMonitoring(groundmist, context));
  const { address, close } = await listen(groundmist, values);
  heartbeat.ready(() => describeServer(core, address));
  const beat = (): void => heartbeat.beat();
  core.events.listen({ approvalRequested: beat, approvalAnswered: beat });
  terminal.note(`Listening on ${address}, known as ${core.publicUrl.origin}`);
  terminal.note(`Owner: ${core.owner} · documents: ${values.dataDirectory}`);
  terminal.note(
    'Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.',
  );
  try {
    await untilAborted(signal);
    heartbeat.stopping();
    core.noteStopping();
    terminal.note('Stopping: sockets close; everything acknowledged is on disk.');
  } finally {
    await close();
  }
}

/** One line, for `systemctl status` and `service show`. */
export function describeServer(
  { access, whyNotReady }: Pick<Core, 'access' | 'whyNotReady'>,
  address: string,
): string {
  try {
    const [why] = whyNotReady();
    if (why !== undefined) return `In trouble: ${why}`;
    const waiting = access.list().approvals.length;
    const who = waiting === 0 ? '' : `; ${count(waiting, 'app')} waiting for your answer`;
    return `Listening on ${address}${who}`;
  } catch (error) {
    // As where the disk has gone: it lives, and says so.
    return `In trouble: ${toFailure(error).message}`;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
