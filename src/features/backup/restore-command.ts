import { resolve } from 'node:path';
import { restoreBackup, type Restored } from '../../core/backup/restore.ts';
import type { RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import { restoredJson } from './backup-json.ts';
import { controlTablesOf } from '../../control-tables.ts';
import { readBackupSettings } from './read-settings.ts';
import { readingProgress } from './reading-progress.ts';
import { readKey } from './secrets.ts';

/** `groundmist backup restore <file>`. */
export const run: RunCommand = async (context) => {
  const { terminal, options, signal } = context;
  const values = readBackupSettings(context);
  const path = resolve(context.arguments['file'] ?? '');
  const isDryRun = options['dryRun'] === true;
  const restored = await (async () => {
    using reading = readingProgress(path, terminal);
    return restoreBackup({
      path,
      controlTables: controlTablesOf(context),
      dataDirectory: values.dataDirectory,
      owner: values.owner,
      isForced: options['force'] === true,
      isDryRun,
      key: () => readKey(context, values),
      clock: systemClock,
      signal,
      read: reading.read,
    });
  })();
  if (options['json'] === true) {
    await terminal.result(printableJsonLines(restoredJson(restored, isDryRun)));
  } else await terminal.result((isDryRun ? describePlan : describe)(restored));
  if (!isDryRun) for (const line of consequences(restored)) terminal.note(line);
};

function describe({ dataDirectory, movedTo, manifest }: Restored): string {
  const documents = count(manifest.documents.count, 'document');
  const restored = `Restored ${documents} into ${dataDirectory}, as of ${manifest.createdAt}.`;
  return movedTo === undefined ? restored : `${restored}\nWhat was there before lies in ${movedTo}.`;
}

function describePlan({ dataDirectory, movedTo, manifest }: Restored): string {
  const documents = count(manifest.documents.count, 'document');
  const plan = `The backup is whole: ${documents} as of ${manifest.createdAt} would go into ${dataDirectory}.`;
  return movedTo === undefined ? plan : `${plan}\nWhat is there now would be moved aside.`;
}

function consequences({ dataDirectory, sessionCount, manifest }: Restored): readonly string[] {
  const sessions = sessionCount === 1 ? '1 session has' : `${count(sessionCount, 'session')} have`;
  const damaged =
    manifest.damaged === 0
      ? []
      : [`${count(manifest.damaged, 'document')} were damaged already when the backup was made.`];
  return [
    ...damaged,
    `${sessions} ended: apps sign in again by themselves, without a new approval.`,
    `Devices that you revoked after ${manifest.createdAt} are back: look with \`groundmist app list\`.`,
    'Settings and secrets are not in a backup: they are where they were, in the environment or the env file.',
    `Next: start the server of ${dataDirectory}, with \`groundmist serve\` where nothing else starts it.`,
  ];
}
