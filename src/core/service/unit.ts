import { credentialName } from '../../platform/handed-over.ts';
import { mountUnits } from './mount-units.ts';
import { authorshipOf, sealText, type Authorship } from './own-file.ts';
import { serviceUser, type ServiceScope } from './service-names.ts';

export interface Unit {
  /** The words that start groundmist; the first is an absolute path. */
  readonly command: readonly string[];
  readonly envFile: string;
  /** Where it runs: paths in the settings begin there. */
  readonly folder: string;
  readonly dataDirectory: string;
  /** Where the server makes backups on a schedule. */
  readonly backupDirectory: string | undefined;
  /** All that it opens to the network. */
  readonly ports: readonly number[];
  readonly scope: ServiceScope;
}

/** The first line of a unit we made. */
const unitMarks: Readonly<Record<ServiceScope, string>> = {
  system: '# made by groundmist; local changes belong in `systemctl edit groundmist`',
  user: '# made by groundmist; local changes belong in `systemctl --user edit groundmist`',
};
/** And of one that a version made in which only `init` wrote them. */
const olderMark = '# made by `groundmist init`; local changes belong in `systemctl edit groundmist`';

/** Whose the unit is that stands there. */
export function unitAuthorship(text: string): Authorship {
  const all = [...Object.values(unitMarks), olderMark].map((mark) => authorshipOf(text, mark));
  return all.find((authorship) => authorship !== 'foreign') ?? 'foreign';
}

/** Whose systemd a unit of ours is for. */
export function scopeOf(text: string): ServiceScope {
  return text.includes(`\nUser=${serviceUser}\n`) ? 'system' : 'user';
}

/** The systemd unit that keeps this server running; docs/decisions/service.md says why each line is as it is. */
export function unitText(unit: Unit): string {
  const isSystem = unit.scope === 'system';
  return sealText(
    unitMarks[unit.scope],
    `[Unit]
Description=groundmist, a personal sync server
${isSystem ? orderOf(unit) : ''}# It is tried again for as long as it takes: a disk may be away for hours.
StartLimitIntervalSec=0

[Service]
${processLines(unit)}
${lifeLines}
${boundLines}
${hardening}
${isSystem ? `${systemHardening(unit)}\n` : ''}
[Install]
WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}
`,
  );
}

function processLines({ command, envFile, folder }: Unit): string {
  const words = [...command, 'serve', '--env-file', envFile];
  return `Type=notify
NotifyAccess=main
ExecStart=${words.map(quoteWord).join(' ')}
WorkingDirectory=-${wholeLine(folder)}
UnsetEnvironment=BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_CONNECT_TO BUN_INSPECT_NOTIFY BUN_INSPECT_PRELOAD`;
}

const lifeLines = `Restart=on-failure
RestartSec=3
# Starting again cures no wrong setting, damage or refusal.
RestartPreventExitStatus=2 3 4
# While it works it asks for more time to start; one that hangs is killed, and what it acknowledged is on disk.
TimeoutStartSec=60
TimeoutStopSec=30
WatchdogSec=60
WatchdogSignal=SIGKILL
# Told to stop, it ends its own children when it needs them no more.
KillMode=mixed`;

const boundLines = `# The process that opens documents goes first where memory runs out, and the server goes on without it.
OOMPolicy=continue
MemoryMax=80%
# A core would hold the secret.
LimitCORE=0
# Bounds the connections that strangers can hold: some 16 kB each while their headers arrive.
LimitNOFILE=8192`;

/** MemoryDenyWriteExecute is not among it: JavaScript is compiled as it runs. */
const hardening = `UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
# What no server needs, in place of a list of what this one needs: a new version of Bun may need more.
SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM`;

function orderOf({ dataDirectory }: Unit): string {
  // Wanted and waited for, not required: what systemd stops or never starts for want of another unit it does not try again.
  const mounts = mountUnits(dataDirectory).join(' ');
  return `Wants=network-online.target ${mounts}
After=network-online.target remote-fs.target ${mounts}
`;
}

const lowestFreePort = 1024;

/** What needs mount namespaces, which a person's own systemd may not make everywhere. */
function systemHardening({ envFile, dataDirectory, backupDirectory, ports }: Unit): string {
  const capabilities = ports.some((port) => port < lowestFreePort) ? 'CAP_NET_BIND_SERVICE' : '';
  // Their disks may be away: without the "-" nothing would start then, not even what says so.
  const written = [dataDirectory, ...(backupDirectory === undefined ? [] : [backupDirectory])];
  const settings = credentialName(envFile);
  return `User=${serviceUser}
CapabilityBoundingSet=${capabilities}
AmbientCapabilities=${capabilities}
RemoveIPC=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${written.map((path) => quoteWord(`-${path}`)).join(' ')}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
# Where the settings are missing it is handed a blank line in their place, and says itself what is wrong.
SetCredential=${settings}:\\n
LoadCredential=${settings}:${escapeSpecifiers(envFile)}`;
}

/** One word of a systemd line: quoted where it must be, with `%` and `$` meaning themselves. */
function quoteWord(word: string, index = 0): string {
  const escaped = escapeSpecifiers(word).replaceAll(/["\\]/g, '\\$&');
  // systemd looks for variables in the arguments, not in the path of the program.
  const plain = index === 0 ? escaped : escaped.replaceAll('$', '$$$$');
  return /^[\w./@%$+,=:-]+$/.test(plain) ? plain : `"${plain}"`;
}

/** A folder that is all of a line's value: a backslash at the end would go on with the next line, and a space is dropped. */
function wholeLine(folder: string): string {
  return escapeSpecifiers(/[\\\s]$/.test(folder) ? `${folder}/` : folder);
}

function escapeSpecifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
