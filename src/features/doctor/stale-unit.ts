import { Failure } from '../../core/failure.ts';
import type { InstalledUnit } from '../../core/service/installed-unit.ts';
import { unitAuthorship, unitText } from '../../core/service/unit.ts';
import { unitOfSettings } from '../../core/service/unit-of-settings.ts';
import { Configuration } from '../../configuration.ts';
import type { SourceFile } from '../../platform/config.ts';
import { machineEnvFile } from '../../platform/env-file-search.ts';
import { realPath } from '../../platform/folders.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { coreSettings } from '../../settings.ts';
import { asRoot } from './units.ts';

/**
 * What writes a unit of ours anew that says something else than these settings make of it, as after a new port or a new disk
 * for backups; undefined where it is as it should be, or its owner's.
 */
export function renewalOf(unit: InstalledUnit, file: SourceFile | undefined): string | undefined {
  if (file === undefined || unitAuthorship(unit.text) !== 'ours') return undefined;
  const envFile = realPath(file.path);
  if (!unit.names.has(envFile) || textNow(unit, file, envFile) === unit.text) return undefined;
  const flag = envFile === machineEnvFile ? '' : ` --env-file ${shellWord(envFile)}`;
  const install = 'groundmist service install';
  return unit.scope === 'system' ? asRoot(`${install} --system${flag}`) : `${install}${flag}`;
}

/** Its own text where the settings are wrong, of which others tell. */
function textNow({ words, scope, text }: InstalledUnit, file: SourceFile, envFile: string): string {
  try {
    const values = new Configuration({ flags: {}, environment: {}, file }).read(coreSettings);
    // With the program that it starts: which one doctor is says nothing of it.
    const command = words.slice(0, words.indexOf('serve'));
    return unitText(unitOfSettings({ ...values, envFile, values: file.values, command, scope }));
  } catch (error) {
    if (error instanceof Failure) return text;
    throw error;
  }
}
