import { askServer } from '../../core/control.ts';
import { Failure } from '../../core/failure.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import type { CommandContext } from '../../feature.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { coreSettings } from '../../settings.ts';
import type { LookRequest } from './look-request.ts';

const { dataDirectory } = coreSettings;

type Teller = Pick<CommandContext, 'configuration' | 'signal'> & Partial<Pick<CommandContext, 'options'>>;

/**
 * Has the server of this data directory look at the record now and not in ten minutes; with `--remove` it hears that the owner wanted
 * it away. Where none runs, or one that watches nothing, there is nobody to tell.
 */
export async function tellServer({ configuration, signal, options }: Teller): Promise<void> {
  const values = configuration.read({ dataDirectory });
  const body: LookRequest = { isRemoved: options?.['remove'] === true };
  try {
    const request = { method: 'POST', path: '/publish/look', body } as const;
    const asking = askServer(controlSocketPath(values.dataDirectory), request);
    // After Ctrl-C there is something to tell as well.
    await (signal.aborted ? asking : unlessAborted(signal, asking));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
