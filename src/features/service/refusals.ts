import { existsSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { readInstalledUnit } from '../../core/service/installed-unit.ts';
import { unitName, type ServiceScope } from '../../core/service/service-names.ts';
import { scopeOf, unitAuthorship } from '../../core/service/unit.ts';
import { findLockHolder } from '../../core/store/lock.ts';
import type { CommandContext } from '../../feature.ts';
import { systemdUnitOf } from '../../platform/processes.ts';
import { shellWord } from '../../platform/shell-word.ts';
import type { Machine } from './machine.ts';
import type { ServicePlan } from './plan.ts';

/** Whose systemd is meant, where this machine has one and this person may change it. */
export function chooseScope(
  context: Pick<CommandContext, 'options' | 'configuration'>,
  machine: Machine,
  action: 'install' | 'uninstall',
): ServiceScope {
  // A file can be written and removed in the image of a machine too.
  const isFileOnly = action === 'uninstall' || context.options['prepare'] === true;
  if (!machine.hasSystemd && !isFileOnly) {
    throw new Failure(
      'ServiceFailed',
      'No systemd runs here. Have `groundmist serve` run by whatever starts programs on this machine.',
    );
  }
  const { options } = context;
  const isSystem = options['system'] === true;
  if (machine.isRoot && !isSystem) {
    throw new Failure(
      'Usage',
      'As root this can only be about the service of the machine: add --system. For one of your own, type it as yourself, without sudo.',
    );
  }
  if (isSystem && !machine.isRoot && options['dryRun'] !== true) {
    // What this person finds root may not, as their own `.env`.
    const isOfMachine = action === 'uninstall' || existsSync(machine.machineEnvFile);
    const found = isOfMachine ? context.options['envFile'] : context.configuration.sources.file?.path;
    const file = typeof found === 'string' ? ['--env-file', found] : [];
    const words = [...machine.command, 'service', action, '--system', ...file];
    throw new Failure(
      'RootRequired',
      `Only root may change the service of the machine: sudo ${words.map(shellWord).join(' ')}`,
    );
  }
  return isSystem ? 'system' : 'user';
}

/** What its owner changed is theirs. */
export function refuseChanged(path: string, text: string | undefined, isForced: boolean): void {
  if (isForced || text === undefined || unitAuthorship(text) === 'ours') return;
  throw new Failure(
    'Usage',
    `${path} was changed by hand, or is not of groundmist, so it stays as it is. --force puts ours in its place; \`systemctl ${scopeOf(text) === 'user' ? '--user ' : ''}edit groundmist\` is where changes stay.`,
  );
}

/** Two servers cannot have the same documents, and the second to start would not. */
export function refuseSecond({ unit }: ServicePlan, machine: Machine): void {
  const { scope, dataDirectory, envFile } = unit;
  const holder = findLockHolder(dataDirectory);
  const running = holder === undefined ? undefined : systemdUnitOf(holder.pid);
  const isThis = running?.name === unitName && running.scope === scope;
  if (holder !== undefined && !isThis) {
    const how =
      running === undefined ? 'Ctrl-C where it runs' : `it is ${running.name} of ${whose(running.scope)}`;
    throw new Failure(
      'Busy',
      `The process ${holder.pid} works with ${dataDirectory} now. End it first (${how}), then run this again.`,
    );
  }
  const other = scope === 'user' ? 'system' : 'user';
  const installed = readInstalledUnit(other, machine.unitFolder(other));
  if (installed === undefined || ![dataDirectory, envFile].some((path) => installed.names.has(path))) return;
  const flag = other === 'system' ? ' --system' : '';
  throw new Failure(
    'Busy',
    `${installed.path} starts a server on these documents already. \`groundmist service uninstall${flag}\` takes it away first.`,
  );
}

function whose(scope: ServiceScope): string {
  return scope === 'system' ? 'the machine' : 'a person';
}
