import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { backupFileName } from '../../core/backup/backup-name.ts';
import { createBackup, type CreatedBackup } from '../../core/backup/create.ts';
import { explainBackupError } from '../../core/backup/explain-error.ts';
import type { Lock } from '../../core/backup/encryption.ts';
import type { RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { isFolder } from '../../platform/folders.ts';
import { count, formatBytes } from '../../platform/format.ts';
import { startProgress } from '../../platform/progress.ts';
import { version } from '../../platform/version.ts';
import { createdJson } from './backup-json.ts';
import { openOwnFence } from './own-fence.ts';
import { readBackupSettings } from './read-settings.ts';
import { chooseLock } from './secrets.ts';

/** `groundmist backup create`: needs the data directory and no secret. */
export const run: RunCommand = async (context) => {
  const { terminal, options, signal } = context;
  const values = readBackupSettings(context);
  const lock = await chooseLock(context, values);
  const to = resolve(typeof options['to'] === 'string' ? options['to'] : (values.directory ?? '.'));
  const file = placeAt(to, lock !== undefined);
  await using fence = await openOwnFence(terminal);
  const { elapsed } = systemClock;
  const created = await (async () => {
    using copying = startProgress({ terminal, elapsed, unit: 'items' });
    using packing = startProgress({ terminal, elapsed, unit: 'bytes' });
    return createBackup({
      dataDirectory: values.dataDirectory,
      file,
      owner: values.owner,
      version,
      lock,
      fence,
      clock: systemClock,
      signal,
      copying: (done, total, namespace) => copying.show(done, total, `copying ${namespace}`),
      packed: (done, total) => packing.show(done, total, 'packing'),
    });
  })();
  for (const document of created.damaged) {
    terminal.problem(`${document} is damaged in the store; it is in the backup as it is.`);
  }
  const json = createdJson(created, lock !== undefined);
  await terminal.result(options['json'] === true ? printableJsonLines(json) : describe(created, lock));
  if (lock === undefined) {
    terminal.note(
      'It is not encrypted: whoever has the file reads every document. --recipient and --passphrase change that.',
    );
  }
  terminal.note(
    `Next: keep it on another machine, and try it with \`groundmist backup verify ${created.path}\`.`,
  );
};

/** The file that is made, in a folder that is there by then; `StoreUnavailable` where this user may not have it. */
function placeAt(to: string, isEncrypted: boolean): string {
  try {
    makeNamedFolder(to);
    return fileAt(to, isEncrypted, systemClock.now());
  } catch (error) {
    throw explainBackupError(error, to, to);
  }
}

/** A name without an ending is that of a folder, and where nothing is there yet it is made, in a folder that is there. */
function makeNamedFolder(to: string): void {
  if (existsSync(to) || extname(basename(to)) !== '' || !isFolder(dirname(to))) return;
  mkdirSync(to, { mode: 0o700 });
}

/**
 * The folder that is there gets a file with the usual name, of the next second where one of this second is there already;
 * anything else is the file itself.
 */
export function fileAt(to: string, isEncrypted: boolean, now: number): string {
  if (!isFolder(to)) return to;
  for (let at = now; ; at += 1000) {
    const file = join(to, backupFileName({ at, isScheduled: false, isEncrypted }));
    if (!existsSync(file)) return file;
  }
}

function describe({ path, sizeBytes, sha256, manifest }: CreatedBackup, lock: Lock | undefined): string {
  const documents = count(manifest.documents.count, 'document');
  const namespaces = count(manifest.namespaces.length, 'namespace');
  const sealed = lock === undefined ? 'not encrypted' : `encrypted ${describeLock(lock)}`;
  return [
    path,
    `${documents} in ${namespaces}, ${formatBytes(sizeBytes)}, ${sealed}`,
    `sha256 ${sha256}`,
  ].join('\n');
}

function describeLock(lock: Lock): string {
  return lock.kind === 'passphrase'
    ? 'with a passphrase'
    : `for ${count(lock.recipients.length, 'recipient')}`;
}
