import { sealText } from './own-file.ts';

export interface Unit {
  /** The words that start groundmist; the first is an absolute path. */
  readonly command: readonly string[];
  readonly envFile: string;
  readonly folder: string;
  readonly dataDirectory: string;
  /** Where the server makes backups on a schedule. */
  readonly backupDirectory: string | undefined;
  readonly port: number;
  /** The person's own systemd, or the machine's. */
  readonly scope: 'user' | 'system';
}

/** The first line of a unit we made. */
export const unitMark = '# made by `groundmist init`; local changes belong in `systemctl edit groundmist`';

/** Whom the machine's systemd runs it as. Where there is no such user it says so and starts nothing. */
export const serviceUser = 'groundmist';

/**
 * The systemd unit that keeps this server running. MemoryDenyWriteExecute stays off, for JavaScript is
 * compiled as it runs. What needs mount namespaces is for the machine's systemd only: a person's own
 * systemd may not make them everywhere.
 */
export function unitText(unit: Unit): string {
  const words = [...unit.command, 'serve', '--env-file', unit.envFile];
  const isSystem = unit.scope === 'system';
  return sealText(
    unitMark,
    `[Unit]
Description=groundmist, a personal sync server
${isSystem ? 'Wants=network-online.target\nAfter=network-online.target\n' : ''}
[Service]
Type=exec
ExecStart=${words.map(quoteWord).join(' ')}
WorkingDirectory=${escapeSpecifiers(unit.folder)}
UnsetEnvironment=BUN_OPTIONS BUN_BE_BUN
Restart=on-failure
RestartSec=2
# A wrong setting or a held data directory is not cured by starting again.
RestartPreventExitStatus=2 4 5
TimeoutStopSec=15
# Bounds the connections that strangers can hold: some 16 kB each while their headers arrive.
LimitNOFILE=8192
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
# What no server needs, in place of a list of what this one needs: a new version of Bun may need more.
SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
${isSystem ? systemHardening(unit) : ''}
[Install]
WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}
`,
  );
}

/** Whether the unit is one for the machine's systemd. */
export function scopeOf(text: string): Unit['scope'] {
  return text.includes(`\nUser=${serviceUser}\n`) ? 'system' : 'user';
}

function systemHardening({ dataDirectory, backupDirectory, port }: Unit): string {
  const lowestFreePort = 1024;
  const capabilities = port < lowestFreePort ? 'CAP_NET_BIND_SERVICE' : '';
  // The disk for backups may be away for a while: without the "-" the server would not start then.
  const backups = backupDirectory === undefined ? [] : [quoteWord(`-${backupDirectory}`)];
  return `User=${serviceUser}
CapabilityBoundingSet=${capabilities}
AmbientCapabilities=${capabilities}
RemoveIPC=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${[quoteWord(dataDirectory), ...backups].join(' ')}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictNamespaces=yes
`;
}

/** One word of a systemd line: quoted where it must be, with `%` and `$` meaning themselves. */
function quoteWord(word: string, index = 0): string {
  const escaped = escapeSpecifiers(word).replaceAll(/["\\]/g, '\\$&');
  // systemd looks for variables in the arguments, not in the path of the program.
  const plain = index === 0 ? escaped : escaped.replaceAll('$', '$$$$');
  return /^[\w./@%$+,=:-]+$/.test(plain) ? plain : `"${plain}"`;
}

function escapeSpecifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
