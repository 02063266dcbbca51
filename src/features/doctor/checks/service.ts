import { accessSync, constants, existsSync } from 'node:fs';
import { isEnabled, type InstalledUnit } from '../../../core/service/installed-unit.ts';
import { lingerFolder } from '../../../core/service/service-names.ts';
import type { SourceFile } from '../../../platform/config.ts';
import { currentUser, describeUser, userById } from '../../../platform/users.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { renewalOf } from '../stale-unit.ts';
import { findUnit, systemctl } from '../units.ts';

const name = 'service';
const { ok, unchecked, warning, problem } = findingsOf(name);

/** Whether the server comes back by itself when the machine starts, where systemd is to start it. */
export const service: Check = {
  name,
  needs: { dataDirectory: coreSettings.dataDirectory },
  async find(context) {
    if (process.platform !== 'linux') return [unchecked('Only on Linux is there systemd.')];
    const unit = findUnit(context);
    if (unit) return judgeUnit(unit, lingerFolder, context.configuration.sources.file);
    return [
      ok('systemd does not start this server: whoever does, does so again when the machine has started.'),
    ];
  },
};

export function judgeUnit(unit: InstalledUnit, linger: string, file?: SourceFile): readonly Finding[] {
  const { path } = unit;
  const found: Finding[] = [];
  if (unit.program !== undefined && !isProgram(unit.program)) {
    const cause = `${path} starts ${unit.program}, which is not there, or is no program: the server does not start.`;
    const install = `groundmist service install${unit.scope === 'system' ? ' --system' : ''}`;
    found.push(problem(cause, `Put the program back there, or write the unit anew with \`${install}\`.`));
  }
  const renewal = renewalOf(unit, file);
  if (renewal !== undefined) {
    const cause = `${path} is not what the settings make of it now: the server may lack what they need, as a port below 1024 or a folder for backups.`;
    found.push(warning(cause, renewal));
  }
  if (!isEnabled(unit)) {
    const cause = `${path} is there and not enabled: when the machine starts, the server does not.`;
    found.push(warning(cause, systemctl('enable', unit)));
  }
  const user = currentUser();
  if (unit.scope === 'user' && user && !existsSync(`${linger}/${user.name ?? user.id}`)) {
    const cause = `The server runs in the session of ${describeUser(userById(user.id))}: it stops when they log out, and starts when they log in.`;
    found.push(warning(cause, 'loginctl enable-linger'));
  }
  return found.length > 0 ? found : [ok(`systemd starts the server with the machine, by ${path}.`)];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    // Where this user may not look, the server's may.
    return error instanceof Error && 'code' in error && error.code === 'EACCES' && !existsSync(path);
  }
}
