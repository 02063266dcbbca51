import { askServer } from '../../core/control.ts';
import { Failure } from '../../core/failure.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import type { CommandContext } from '../../feature.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { systemClock } from '../../platform/clock.ts';
import { coreSettings } from '../../settings.ts';
import type { LookRequest } from './look-request.ts';

const { dataDirectory } = coreSettings;

type Teller = Pick<CommandContext, 'configuration' | 'signal'> &
  Partial<Pick<CommandContext, 'options' | 'terminal'>>;

const untold =
  'The running server could not be told; it looks at the record by itself within some ten minutes.';

/** A server that is well looks in less, and then nothing need be said of it. */
const quietMs = 1000;

/**
 * Has the server of this data directory look at the record now and not in ten minutes; with `--remove` it hears that the owner wanted
 * it away. Where none runs, or one that watches nothing, there is nobody to tell.
 */
export async function tellServer({ configuration, options, signal, terminal }: Teller): Promise<void> {
  const values = configuration.read({ dataDirectory });
  const body: LookRequest = { isRemoved: options?.['remove'] === true };
  const request = { method: 'POST', path: '/publish/look', body } as const;
  const sayNothing = systemClock.after(quietMs, () =>
    terminal?.note('Waiting for the running server to look at the record …'),
  );
  try {
    const asking = askServer(controlSocketPath(values.dataDirectory), request);
    // After Ctrl-C there is something to tell as well.
    await (signal.aborted ? asking : unlessAborted(signal, asking));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isUntold(error)) terminal?.note(untold);
  } finally {
    sayNothing();
  }
}

/** A server is there, or one that this user may not speak to, and does not answer. */
function isUntold({ code, cause }: Failure): boolean {
  if (code !== 'ServerUnreachable') return false;
  return !(
    cause instanceof Error &&
    'code' in cause &&
    ['ENOENT', 'ECONNREFUSED'].includes(String(cause.code))
  );
}
