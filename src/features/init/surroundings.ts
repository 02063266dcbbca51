import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Configuration } from '../../configuration.ts';
import { isEnabled, readInstalledUnit } from '../../core/service/installed-unit.ts';
import { systemUnitFolder, userUnitFolder, type ServiceScope } from '../../core/service/service-names.ts';
import { realPath } from '../../platform/folders.ts';
import { firstOpenPort } from '../../platform/open-ports.ts';
import { networkFileSystem } from '../../platform/mounts.ts';
import { ownAddresses } from '../../platform/own-addresses.ts';
import { systemResolve, type Resolve } from '../../platform/outbound-target.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { ownerResolver, type ResolveOwner } from './resolve-owner.ts';

/** What Caddy there is: one that systemd runs, which may know us already, one to start by hand, or none. */
export type Caddy = 'service' | 'service-that-knows-us' | 'program' | 'missing';

/** What the Caddy of the machine reads, and what it reads of ours. */
export const caddyFolder = '/etc/caddy';
export const ownSite = 'groundmist';

/** `foreign`: the address is not one of this machine. */
export type PortState = 'free' | 'taken' | 'foreign';

/** What `init` learns of the machine that it runs on, and of the network. */
export interface Surroundings {
  readonly home: string;
  readonly workingFolder: string;
  /** Where a person's settings and data go, by the XDG Base Directory Specification. */
  readonly configHome: string;
  readonly dataHome: string;
  readonly isRoot: boolean;
  /** Root is somebody else, who typed `sudo`. */
  readonly isBySudo: boolean;
  readonly hasSystemd: boolean;
  /** The lowest port that everybody may open. */
  readonly firstOpenPort: number;
  readonly resolveOwner: ResolveOwner;
  readonly resolve: Resolve;
  ownAddresses(): readonly string[];
  stateOfPort(port: number, address: string): Promise<PortState>;
  networkFileSystem(path: string): string | undefined;
  findCaddy(): Caddy;
  /** Whose systemd has a service that is started with this env file. */
  findService(envFile: string): ServiceScope | undefined;
}

export function systemSurroundings(configuration: Configuration, { environment }: Terminal): Surroundings {
  // As the system names the folder that one is in, for the two are compared.
  const home = realPath(environment['HOME'] || homedir());
  const configHome = environment['XDG_CONFIG_HOME'] || `${home}/.config`;
  return {
    home,
    workingFolder: process.cwd(),
    configHome,
    dataHome: environment['XDG_DATA_HOME'] || `${home}/.local/share`,
    isRoot: process.getuid?.() === 0,
    isBySudo: process.getuid?.() === 0 && !['', 'root'].includes(environment['SUDO_USER'] ?? ''),
    hasSystemd: hasSystemd(),
    firstOpenPort: firstOpenPort(),
    resolveOwner: ownerResolver(configuration),
    resolve: systemResolve,
    ownAddresses,
    stateOfPort,
    networkFileSystem,
    findCaddy,
    findService: (envFile) => findService(envFile, environment),
  };
}

export function findService(envFile: string, environment: Terminal['environment']): ServiceScope | undefined {
  const places = { user: userUnitFolder(environment), system: systemUnitFolder } as const;
  return (['user', 'system'] as const).find((scope) => {
    const unit = readInstalledUnit(scope, places[scope]);
    // One that nothing starts is only prepared.
    return unit !== undefined && unit.names.has(envFile) && isEnabled(unit);
  });
}

/** Whether `serve` could have the port now. */
async function stateOfPort(port: number, hostname: string): Promise<PortState> {
  try {
    Bun.listen({ hostname: hostname.replace(/^\[|\]$/g, ''), port, socket: { data() {} } }).stop(true);
    return 'free';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') return 'taken';
    return code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' ? 'foreign' : 'free';
  }
}

function findCaddy(): Caddy {
  if (hasSystemd() && existsSync(`${caddyFolder}/Caddyfile`)) {
    return existsSync(`${caddyFolder}/${ownSite}`) ? 'service-that-knows-us' : 'service';
  }
  return Bun.which('caddy') === null ? 'missing' : 'program';
}

/** What sd_booted(3) looks for. */
function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}
