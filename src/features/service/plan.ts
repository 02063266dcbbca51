import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import { describeClosedPorts } from '../../core/service/closed-ports.ts';
import { describeClosed } from '../../core/service/closed-paths.ts';
import { readInstalledUnit, type InstalledUnit } from '../../core/service/installed-unit.ts';
import { machineDataDirectory, unitName, type ServiceScope } from '../../core/service/service-names.ts';
import { unitAuthorship, unitText, type Unit } from '../../core/service/unit.ts';
import { unitOfSettings, type Service } from '../../core/service/unit-of-settings.ts';
import { isDataDirectory } from '../../core/store/find-namespaces.ts';
import { Configuration } from '../../configuration.ts';
import type { CommandContext } from '../../feature.ts';
import { isFolder, realPath } from '../../platform/folders.ts';
import { coreSettings } from '../../settings.ts';
import type { Machine } from './machine.ts';
import { findSettingsFile } from './settings-file.ts';

/** The service as it will be. */
export interface ServicePlan {
  readonly unit: Unit;
  readonly path: string;
  readonly text: string;
  /** What stands there now. */
  readonly standing: InstalledUnit | undefined;
  /** The unit that `init` wrote beside the settings, where it did: it follows the one that systemd reads. */
  readonly beside: Pick<InstalledUnit, 'path' | 'text'> | undefined;
}

/**
 * The service of the settings that this command finds. It will see their file alone, so no flag and no variable of this
 * shell counts. What would keep it from starting is said now.
 */
export async function planService(
  context: CommandContext,
  machine: Machine,
  scope: ServiceScope,
): Promise<ServicePlan> {
  const file = findSettingsFile(context, machine, scope);
  if (file === undefined) throw noSettings(scope);
  const values = new Configuration({ flags: {}, environment: {}, file }).read(coreSettings);
  const why = whyNoPublicName(values);
  if (why !== undefined) throw new Failure('ConfigurationInvalid', why);
  const envFile = realPath(file.path);
  return await planOf({ ...values, envFile, values: file.values, command: machine.command, scope }, machine);
}

/** The service of the machine as it will be with the settings that `init` writes where it is told nothing else. */
export async function planAhead(machine: Machine): Promise<ServicePlan> {
  const { port } = new Configuration({ flags: {}, environment: {}, file: undefined }).read({
    port: coreSettings.port,
  });
  const { machineEnvFile: envFile, command } = machine;
  const dataDirectory = machineDataDirectory;
  return await planOf({ envFile, values: {}, port, dataDirectory, command, scope: 'system' }, machine);
}

async function planOf(service: Service, machine: Machine): Promise<ServicePlan> {
  const unit = unitOfSettings(service);
  const { scope } = service;
  if (scope === 'system') {
    refuseClosed(unit);
    refuseWritable(unit);
  }
  const closed = scope === 'user' ? describeClosedPorts(unit.ports, machine.firstOpenPort) : undefined;
  if (closed !== undefined) throw new Failure('ConfigurationInvalid', closed);
  await refuseForeignFolder(unit.dataDirectory);
  const unitFolder = machine.unitFolder(scope);
  return {
    unit,
    path: `${unitFolder}/${unitName}`,
    text: unitText(unit),
    standing: readInstalledUnit(scope, unitFolder),
    beside: findBeside(unit),
  };
}

/** What is not ours may be of anything, and a link leads to what is looked at already. */
function findBeside({ folder, scope }: Unit): ServicePlan['beside'] {
  const found = readInstalledUnit(scope, folder);
  const isOurs = found !== undefined && unitAuthorship(found.text) !== 'foreign';
  return isOurs && !lstatSync(found.path).isSymbolicLink() ? found : undefined;
}

function noSettings(scope: ServiceScope): Failure {
  const init = scope === 'system' ? 'sudo groundmist init --system' : 'groundmist init';
  return new Failure(
    'ConfigurationInvalid',
    `There are no settings to run a server with. \`${init}\` writes them.`,
  );
}

function refuseClosed({ command, envFile, dataDirectory }: Unit): void {
  const closed = describeClosed([...command.filter((word) => word.startsWith('/')), envFile, dataDirectory]);
  if (closed !== undefined) throw new Failure('Usage', closed);
}

const othersWrite = 0o002;

/** systemd reads the settings as root: a link in their place, made by a server that was broken into, would hand it any file. */
function refuseWritable({ envFile, dataDirectory, backupDirectory }: Unit): void {
  if ((statSync(dirname(envFile)).mode & othersWrite) !== 0) {
    throw new Failure(
      'ConfigurationInvalid',
      `The settings ${envFile} lie where everybody may write, and so could change what systemd reads as root. Move them elsewhere, as to /etc/groundmist/env.`,
    );
  }
  const folders = [dataDirectory, ...(backupDirectory === undefined ? [] : [backupDirectory])];
  const folder = folders.find((path) => envFile.startsWith(`${realPath(path)}/`));
  if (folder === undefined) return;
  throw new Failure(
    'ConfigurationInvalid',
    `The settings ${envFile} lie in ${folder}, where the service may write and so could change what systemd reads as root. Move them elsewhere, as to /etc/groundmist/env.`,
  );
}

/** It will be given to the service with all that is in it. */
async function refuseForeignFolder(directory: string): Promise<void> {
  if (!isFolder(directory) || (await isDataDirectory(directory))) return;
  throw new Failure(
    'ConfigurationInvalid',
    `${directory} holds other things. Set DATA_DIR to a folder for documents alone.`,
  );
}
