import { Failure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import type { CommandContext } from '../../feature.ts';
import { openLog } from '../../platform/log.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { coreSettings } from '../../settings.ts';
import { listen } from './listen.ts';
import { openMonitoring } from './open-monitoring.ts';

/** Runs the server until the first signal: `groundmist serve`. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, signal, configuration } = context;
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
  watched.use(openMonitoring(groundmist, context));
  const { address, close } = await listen(groundmist, values);
  terminal.note(`Listening on ${address}, known as ${groundmist.core.publicUrl.origin}`);
  terminal.note(`Owner: ${groundmist.core.owner} · documents: ${values.dataDirectory}`);
  terminal.note(
    'Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.',
  );
  try {
    await untilAborted(signal);
    groundmist.core.noteStopping();
    terminal.note('Stopping: sockets close; everything acknowledged is on disk.');
  } finally {
    await close();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
