import { basename, resolve } from 'node:path';
import { findBackups, lookInto, type ListedBackup } from '../../core/backup/list.ts';
import type { RunCommand } from '../../feature.ts';
import { escapeUnprintable, printableJsonLines } from '../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';
import { listedJson } from './backup-json.ts';
import { readBackupSettings } from './read-settings.ts';

/** `groundmist backup list [directory]`. */
export const run: RunCommand = async (context) => {
  const { terminal, options, signal } = context;
  const values = readBackupSettings(context);
  const directory = resolve(context.arguments['directory'] ?? values.directory ?? '.');
  const listed: ListedBackup[] = [];
  for (const found of await findBackups(directory)) listed.push(await lookInto(found, signal));
  if (options['json'] === true) {
    await terminal.result(printableJsonLines({ directory, backups: listed.map(listedJson) }));
    return;
  }
  if (listed.length === 0) {
    await terminal.result(`No backups in ${directory}.`);
    terminal.note(
      '`groundmist backup create` makes one; GROUNDMIST_BACKUP_DIRECTORY has the server make them.',
    );
    return;
  }
  await terminal.result(listed.map(describe).join('\n'));
};

function describe(backup: ListedBackup): string {
  const { at, sizeBytes, path } = backup;
  return `${formatTime(at)}  ${formatBytes(sizeBytes).padStart(9)}  ${state(backup)}  ${escapeUnprintable(basename(path))}`;
}

function state({ isEncrypted, manifest, problem }: ListedBackup): string {
  if (problem !== undefined) return 'cannot be read'.padEnd(18);
  if (isEncrypted) return 'encrypted'.padEnd(18);
  return count(manifest?.documents.count ?? 0, 'document').padEnd(18);
}
