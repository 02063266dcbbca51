import { Failure } from '../../core/failure.ts';
import { isLoopbackHost } from '../../core/identity/public-url.ts';
import type { CommandContext } from '../../feature.ts';
import { openLog } from '../../platform/log.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { coreSettings } from '../../settings.ts';
import { listen } from './listen.ts';

/** Runs the server until the first signal: `groundmist serve`. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, signal, configuration } = context;
  const values = configuration.read(coreSettings);
  // A warning only: an older binary must still start with the settings of a newer one.
  for (const sentence of describeUnknownNames(context.features, configuration.sources)) {
    terminal.problem(`groundmist: ${sentence}`);
  }
  if (values.port === 0 && values.host === undefined) {
    throw new Failure(
      'ConfigurationInvalid',
      'With PORT=0 the system chooses the port, so apps cannot know our address: choose a port, or add GROUNDMIST_HOST, the name that leads to it.',
    );
  }
  const isOpen = !isLoopbackHost(values.listen.includes(':') ? `[${values.listen}]` : values.listen);
  if (isOpen && values.host === undefined) {
    throw new Failure(
      'ConfigurationInvalid',
      `GROUNDMIST_LISTEN=${values.listen} opens this server to other machines, so it needs its public name: add GROUNDMIST_HOST=sync.example.com.`,
    );
  }
  const log = await openLog({
    format: terminal.isInteractive ? 'text' : 'json',
    level: terminal.isVerbose ? 'debug' : 'info',
    write: (line) => terminal.problem(line.trimEnd()),
  });
  await using groundmist = await context.compose(log);
  const { address, close } = await listen(groundmist, values);
  terminal.note(`Listening on ${address}, known as ${groundmist.core.publicUrl.origin}`);
  terminal.note(`Owner: ${groundmist.core.owner} · documents: ${values.dataDirectory}`);
  terminal.note(
    'Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.',
  );
  try {
    await untilAborted(signal);
    terminal.note('Stopping: sockets close; everything acknowledged is on disk.');
  } finally {
    await close();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
