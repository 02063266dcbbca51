import { dirname, resolve } from 'node:path';
import type { SourceFile } from '../../platform/config.ts';
import { refuseControl } from './control-characters.ts';
import type { ServiceScope } from './service-names.ts';
import type { Unit } from './unit.ts';

/** Settings of features, which the sandbox of the unit has to know of. */
const backupDirectory = 'GROUNDMIST_BACKUP_DIRECTORY';
const ownTls = 'GROUNDMIST_TLS';
const httpPort = 'GROUNDMIST_HTTP_PORT';
const usualHttpPort = 80;

export interface Service {
  /** Where the settings are, links followed. */
  readonly envFile: string;
  /** What the settings say. */
  readonly values: SourceFile['values'];
  readonly port: number;
  readonly dataDirectory: string;
  /** The words that start groundmist from anywhere. */
  readonly command: readonly string[];
  readonly scope: ServiceScope;
}

/** The unit that follows from settings, whoever writes it: what `init` and `service install` make is the same to the byte. */
export function unitOfSettings({ envFile, values, port, dataDirectory, command, scope }: Service): Unit {
  const folder = dirname(envFile);
  const backups = values[backupDirectory];
  const unit = {
    command,
    envFile,
    folder,
    dataDirectory: resolve(folder, dataDirectory),
    backupDirectory: backups ? resolve(folder, backups) : undefined,
    // With TLS of its own a server also answers on the port of HTTP, where its certificate is proven.
    ports: values[ownTls] === 'auto' ? [Number(values[httpPort] || usualHttpPort), port] : [port],
    scope,
  };
  for (const path of [...command, envFile, unit.dataDirectory, unit.backupDirectory ?? ''])
    refuseControl(path);
  return unit;
}
