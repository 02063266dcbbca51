import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { enablingLinks, readInstalledUnit, type InstalledUnit } from '../../core/service/installed-unit.ts';
import { serviceUser, unitName } from '../../core/service/service-names.ts';
import { Configuration } from '../../configuration.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { coreSettings } from '../../settings.ts';
import { findSources } from '../../sources.ts';
import { systemMachine, type Machine } from './machine.ts';
import { chooseScope, refuseChanged } from './refusals.ts';
import { Systemd } from './systemd.ts';

export const run: RunCommand = (context) => uninstall(context, systemMachine(context));

/** Stops the service and takes its unit away; documents and settings stay. */
export async function uninstall(context: CommandContext, machine: Machine): Promise<void> {
  const { options, terminal, signal } = context;
  const scope = chooseScope(context, machine, 'uninstall');
  const unit = readInstalledUnit(scope, machine.unitFolder(scope));
  if (unit === undefined)
    return await terminal.result('Nothing to do: no service of groundmist is installed.');
  refuseChanged(unit.path, unit.text, options['force'] === true);
  if (options['dryRun'] === true)
    return await terminal.result(describe(unit, 'Would be stopped and removed', terminal));
  if (!machine.hasSystemd) {
    for (const path of [...enablingLinks(unit), unit.path]) rmSync(path, { force: true });
    return await terminal.result(describe(unit, 'Removed', terminal));
  }
  if (scope === 'user' && !machine.hasOwnSystemd()) {
    throw new Failure(
      'ServiceFailed',
      `The systemd of ${machine.user} does not run, as after \`su\` or \`sudo\`. Log in as ${machine.user} directly, then run this again.`,
    );
  }
  const systemd = new Systemd(machine, scope, signal);
  terminal.note('Stopping the server …');
  await systemd.do('disable', '--now', unitName);
  rmSync(unit.path, { force: true });
  await systemd.do('daemon-reload');
  await terminal.result(describe(unit, 'Stopped and removed', terminal));
}

function describe(unit: InstalledUnit, what: string, terminal: CommandContext['terminal']): string {
  const { words, scope, dropIns } = unit;
  const at = words.indexOf('--env-file');
  const envFile = at === -1 ? undefined : words[at + 1];
  const documents = envFile === undefined ? undefined : documentsOf(envFile);
  const beside = envFile === undefined ? undefined : readInstalledUnit(scope, dirname(envFile));
  const kept = [
    ...(envFile === undefined ? [] : [`  settings   ${envFile}`]),
    ...(documents === undefined ? [] : [`  documents  ${documents}`]),
    ...(beside === undefined ? [] : [`  unit       ${beside.path}, which systemd does not read`]),
    ...dropIns.map((path) => `  your changes to the unit  ${path}`),
  ];
  const linger = scope === 'user' ? ['Where nothing else needs it: loginctl disable-linger'] : [];
  const files = [envFile, documents].filter((path) => path !== undefined);
  const whose = scope === 'system' ? describeOwner(files, terminal.environment['SUDO_USER'] || 'root') : [];
  return [`${what}: ${unit.path}`, 'What stays:', ...kept, ...linger, ...whose]
    .map(escapeUnprintable)
    .join('\n');
}

function describeOwner(files: readonly string[], person: string): readonly string[] {
  if (files.length === 0) return [];
  const words = ['chown', '--recursive', `${person}:`, ...files].map(shellWord).join(' ');
  const sudo = person === 'root' ? '' : 'sudo ';
  return [`They are those of the user ${serviceUser}. To take them back: ${sudo}${words}`];
}

/** Undefined where the settings are gone, or wrong. */
function documentsOf(envFile: string): string | undefined {
  try {
    const sources = findSources({}, envFile, { environment: {}, note() {} });
    const { dataDirectory } = new Configuration(sources).read({ dataDirectory: coreSettings.dataDirectory });
    return resolve(dirname(envFile), dataDirectory);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
