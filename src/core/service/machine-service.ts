import { machineEnvFile } from '../../platform/env-file-search.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { currentUser } from '../../platform/users.ts';
import { readInstalledUnit } from './installed-unit.ts';
import { systemUnitFolder } from './service-names.ts';

/** Whose the service of this machine is, with the line that asks it; undefined where there is none, or it is this user's. */
export function describeMachineService(folder = systemUnitFolder): string | undefined {
  const unit = readInstalledUnit('system', folder);
  if (unit?.user === undefined || unit.user === currentUser()?.name) return undefined;
  const envFile = unit.words[unit.words.indexOf('--env-file') + 1];
  const flag = !envFile || envFile === machineEnvFile ? '' : ` --env-file ${shellWord(envFile)}`;
  return `The service of this machine is that of the user ${unit.user}: \`sudo -u ${shellWord(unit.user)} groundmist status${flag}\` asks it.`;
}
