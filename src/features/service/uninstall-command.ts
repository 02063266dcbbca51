import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { enablingLinks, readInstalledUnit, type InstalledUnit } from '../../core/service/installed-unit.ts';
import { unitName } from '../../core/service/service-names.ts';
import { Configuration } from '../../configuration.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
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
    return await terminal.result(describe(unit, 'Would be stopped and removed'));
  if (!machine.hasSystemd) {
    for (const path of [...enablingLinks(unit), unit.path]) rmSync(path, { force: true });
    return await terminal.result(describe(unit, 'Removed'));
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
  await terminal.result(describe(unit, 'Stopped and removed'));
}

function describe(unit: InstalledUnit, what: string): string {
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
  return [`${what}: ${unit.path}`, 'What stays:', ...kept, ...linger].map(escapeUnprintable).join('\n');
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
