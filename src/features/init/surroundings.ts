import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Configuration } from '../../configuration.ts';
import { networkFileSystem } from '../../platform/mounts.ts';
import { ownAddresses } from '../../platform/own-addresses.ts';
import { systemResolve, type Resolve } from '../../platform/outbound-target.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { ownerResolver, type ResolveOwner } from './resolve-owner.ts';
import { serviceUser, type Unit } from './unit.ts';

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
  readonly hasSystemd: boolean;
  readonly resolveOwner: ResolveOwner;
  readonly resolve: Resolve;
  ownAddresses(): readonly string[];
  stateOfPort(port: number, address: string): Promise<PortState>;
  networkFileSystem(path: string): string | undefined;
  findCaddy(): Caddy;
  /** Whether this systemd, the person's or the machine's, starts that unit by itself. */
  isEnabled(scope: Unit['scope'], unit: string): boolean;
  /** The number of the user that the machine's service runs as, where there is one. */
  findServiceUser(): number | undefined;
}

export function systemSurroundings(configuration: Configuration, { environment }: Terminal): Surroundings {
  const home = realHome(environment['HOME'] || homedir());
  const configHome = environment['XDG_CONFIG_HOME'] || `${home}/.config`;
  return {
    home,
    workingFolder: process.cwd(),
    configHome,
    dataHome: environment['XDG_DATA_HOME'] || `${home}/.local/share`,
    isRoot: process.getuid?.() === 0,
    hasSystemd: hasSystemd(),
    resolveOwner: ownerResolver(configuration),
    resolve: systemResolve,
    ownAddresses,
    stateOfPort,
    networkFileSystem,
    findCaddy,
    isEnabled: (scope, unit) => isLinkedTo(unit, wantsLink(scope, configHome)),
    findServiceUser,
  };
}

/** As the system names the folder that one is in, for the two are compared. */
function realHome(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** What `systemctl enable` makes of a unit of ours. */
function wantsLink(scope: Unit['scope'], configHome: string): string {
  return scope === 'system'
    ? '/etc/systemd/system/multi-user.target.wants/groundmist.service'
    : `${configHome}/systemd/user/default.target.wants/groundmist.service`;
}

export function isLinkedTo(path: string, link: string): boolean {
  try {
    return realpathSync(link) === realpathSync(path);
  } catch {
    return false;
  }
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

function findServiceUser(): number | undefined {
  if (Bun.which('id') === null) return undefined;
  const { success, stdout } = Bun.spawnSync(['id', '-u', serviceUser]);
  return success ? Number(stdout.toString()) : undefined;
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
