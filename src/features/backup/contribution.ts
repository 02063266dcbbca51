import type { Core } from '../../core/core.ts';
import type { Contribution } from '../../feature.ts';
import type { BackupValues } from './read-settings.ts';

export async function contribute(_core: Core, _values: BackupValues): Promise<Contribution> {
  return {};
}
