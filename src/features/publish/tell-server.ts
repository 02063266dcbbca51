import { askServer } from '../../core/control.ts';
import { Failure } from '../../core/failure.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import type { CommandContext } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

const { dataDirectory } = coreSettings;

/**
 * Has the server of this data directory look at the record now and not in ten minutes. Where none runs, or one that watches
 * nothing, there is nobody to tell.
 */
export async function tellServer({ configuration }: Pick<CommandContext, 'configuration'>): Promise<void> {
  const values = configuration.read({ dataDirectory });
  try {
    await askServer(controlSocketPath(values.dataDirectory), { method: 'POST', path: '/publish/look' });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
