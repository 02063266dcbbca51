import { existsSync } from 'node:fs';
import type { ServiceScope } from '../../core/service/service-names.ts';
import type { CommandContext } from '../../feature.ts';
import type { SourceFile } from '../../platform/config.ts';
import { findSources } from '../../sources.ts';
import type { Machine } from './machine.ts';

/**
 * The settings of the service: for the machine's those of the machine, where it has some and no others are named, for what lies
 * about where root happens to be may be somebody else's. Undefined where there are none.
 */
export function findSettingsFile(
  { configuration, options, terminal }: Pick<CommandContext, 'configuration' | 'options' | 'terminal'>,
  { machineEnvFile }: Machine,
  scope: ServiceScope,
): SourceFile | undefined {
  const isNamed =
    typeof options['envFile'] === 'string' || Boolean(terminal.environment['GROUNDMIST_ENV_FILE']);
  if (scope === 'user' || isNamed || !existsSync(machineEnvFile)) return configuration.sources.file;
  return findSources({}, machineEnvFile, terminal).file;
}
