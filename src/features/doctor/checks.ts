import { backup } from './checks/backup.ts';
import { certificate } from './checks/certificate.ts';
import { configuration } from './checks/configuration.ts';
import { dataDirectory } from './checks/data-directory.ts';
import { disk } from './checks/disk.ts';
import { envFile } from './checks/env-file.ts';
import { filesystem } from './checks/filesystem.ts';
import { memory } from './checks/memory.ts';
import { openFiles } from './checks/open-files.ts';
import { ownership } from './checks/ownership.ts';
import { port } from './checks/port.ts';
import { secret } from './checks/secret.ts';
import { server } from './checks/server.ts';
import { service } from './checks/service.ts';
import { store } from './checks/store.ts';
import { version } from './checks/version.ts';
import type { Check } from './finding.ts';
import { reachChecks } from './reach/reach.ts';

/** In the order in which they are shown: what stands on something else comes after it. */
export const checks: readonly Check[] = [
  version,
  configuration,
  secret,
  envFile,
  dataDirectory,
  ownership,
  filesystem,
  disk,
  server,
  service,
  port,
  certificate,
  openFiles,
  memory,
  store,
  backup,
  ...reachChecks(),
];
