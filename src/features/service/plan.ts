import { dirname, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import { describeClosed } from '../../core/service/closed-paths.ts';
import { refuseControl } from '../../core/service/control-characters.ts';
import { readInstalledUnit, type InstalledUnit } from '../../core/service/installed-unit.ts';
import { unitName, type ServiceScope } from '../../core/service/service-names.ts';
import { isDataDirectory } from '../../core/store/find-namespaces.ts';
import { Configuration } from '../../configuration.ts';
import type { CommandContext } from '../../feature.ts';
import type { SourceFile } from '../../platform/config.ts';
import { isFolder } from '../../platform/folders.ts';
import { coreSettings } from '../../settings.ts';
import type { Machine } from './machine.ts';
import { findSettingsFile } from './settings-file.ts';
import { unitText, type Unit } from './unit.ts';

/** The service as it will be. */
export interface ServicePlan {
  readonly unit: Unit;
  readonly path: string;
  readonly text: string;
  /** What stands there now. */
  readonly standing: InstalledUnit | undefined;
}

/** Settings of features, which the sandbox of the unit has to know of. */
const backupDirectory = 'GROUNDMIST_BACKUP_DIRECTORY';
const ownTls = 'GROUNDMIST_TLS';
const httpPort = 80;

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
  const folder = dirname(file.path);
  const unit: Unit = {
    command: machine.command,
    envFile: file.path,
    folder,
    dataDirectory: resolve(folder, values.dataDirectory),
    backupDirectory: resolved(file.values[backupDirectory], folder),
    ports: portsOf(values.port, file),
    scope,
  };
  for (const path of [...unit.command, file.path, unit.dataDirectory, unit.backupDirectory ?? ''])
    refuseControl(path);
  if (scope === 'system') refuseClosed(unit);
  await refuseForeignFolder(unit.dataDirectory);
  const unitFolder = machine.unitFolder(scope);
  return {
    unit,
    path: `${unitFolder}/${unitName}`,
    text: unitText(unit),
    standing: readInstalledUnit(scope, unitFolder),
  };
}

function noSettings(scope: ServiceScope): Failure {
  const init = scope === 'system' ? 'sudo groundmist init --system' : 'groundmist init';
  return new Failure(
    'ConfigurationInvalid',
    `There are no settings to run a server with. \`${init}\` writes them.`,
  );
}

/** With TLS of its own a server also answers on the port of HTTP, where its certificate is proven. */
function portsOf(port: number, { values }: SourceFile): readonly number[] {
  return values[ownTls] === 'auto' ? [httpPort, port] : [port];
}

function resolved(path: string | undefined, folder: string): string | undefined {
  return path ? resolve(folder, path) : undefined;
}

function refuseClosed({ command, envFile, dataDirectory }: Unit): void {
  const closed = describeClosed([...command.filter((word) => word.startsWith('/')), envFile, dataDirectory]);
  if (closed !== undefined) throw new Failure('Usage', closed);
}

/** It will be given to the service with all that is in it. */
async function refuseForeignFolder(directory: string): Promise<void> {
  if (!isFolder(directory) || (await isDataDirectory(directory))) return;
  throw new Failure(
    'ConfigurationInvalid',
    `${directory} holds other things. Set DATA_DIR to a folder for documents alone.`,
  );
}
