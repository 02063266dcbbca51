import { resolve } from 'node:path';
import { readInstalledUnit, type InstalledUnit } from '../../core/service/installed-unit.ts';
import { systemUnitFolder, userUnitFolder } from '../../core/service/service-names.ts';
import type { CommandContext } from '../../feature.ts';
import { realPath } from '../../platform/folders.ts';
import { programOf, systemdUnitOf, wordsOf, type SystemdUnit } from '../../platform/processes.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { coreSettings } from '../../settings.ts';

/** The unit of these settings: one that names this data directory or this env file. */
export function findUnit(context: CommandContext, folder = systemUnitFolder): InstalledUnit | undefined {
  const { environment } = context.terminal;
  const { sources } = context.configuration;
  const { dataDirectory } = context.configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const names = [resolve(dataDirectory), ...(sources.file ? [realPath(sources.file.path)] : [])];
  const places = [
    { scope: 'user', folder: userUnitFolder(environment) },
    { scope: 'system', folder },
  ] as const;
  for (const place of places) {
    const unit = readInstalledUnit(place.scope, place.folder);
    if (unit && names.some((name) => unit.names.has(name))) return unit;
  }
  return undefined;
}

/** What starts the server of these settings, as one types it. */
export function startCure(context: CommandContext): string {
  const unit = findUnit(context);
  return unit ? systemctl('start', unit) : 'groundmist serve';
}

/** What starts a server anew that runs, as far as it is known which process it is. */
export function restartCure(pid: number | undefined): string {
  const unit = pid === undefined ? undefined : systemdUnitOf(pid);
  // Whatever else systemd keeps running may have started it, as cron does.
  if (unit?.name.includes('groundmist')) return systemctl('restart', unit);
  return `Stop it (Ctrl-C where it runs), and start it again with \`${commandOf(pid) ?? 'groundmist serve'}\`.`;
}

/** As it was started: with its own env file, and its own flags. */
function commandOf(pid: number | undefined): string | undefined {
  if (pid === undefined || programOf(pid) !== 'groundmist') return undefined;
  const words = wordsOf(pid);
  return words.includes('serve') ? words.map(shellWord).join(' ') : undefined;
}

/** The same, for one that has other settings: flags it was started with win over any. */
export function restartWithSettings({
  words,
  isSame,
}: {
  readonly words: readonly string[];
  readonly isSame: string;
}): string {
  const given = words.slice(words.indexOf('serve') + 1);
  const flags = given.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/s, ''));
  const others = [...new Set(flags.filter((flag) => flag !== '--env-file'))];
  if (others.length === 0 || !words.includes('serve')) return isSame;
  const at = given.indexOf('--env-file');
  const file =
    given.find((word) => word.startsWith('--env-file='))?.slice('--env-file='.length) ??
    (at < 0 ? undefined : given[at + 1]);
  const command = `groundmist serve${file === undefined ? '' : ` --env-file ${shellWord(file)}`}`;
  return `It was started with ${others.join(' and ')}, which win over the settings. Stop it, and start it again without them (\`${command}\`), or write into the settings what they say.`;
}

/** As this user has to type it. */
export function systemctl(
  action: 'start' | 'restart' | 'enable',
  { name, scope }: Pick<SystemdUnit, 'name' | 'scope'>,
): string {
  const service = name.replace(/\.service$/, '');
  return scope === 'user'
    ? `systemctl --user ${action} ${shellWord(service)}`
    : asRoot(`systemctl ${action} ${shellWord(service)}`);
}

/** The command as this user has to type it where only root may. */
export function asRoot(command: string): string {
  return process.geteuid?.() === 0 ? command : `sudo ${command}`;
}
