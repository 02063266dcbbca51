import { unlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { refuseInside } from '../../core/backup/places.ts';
import { refuseStrangeRecipients, type Lock } from '../../core/backup/encryption.ts';
import { findWholeBackups } from '../../core/backup/list.ts';
import { ScheduledBackups } from '../../core/backup/scheduled-backups.ts';
import { removeAbandoned } from '../../core/backup/work-folder.ts';
import type { Core } from '../../core/core.ts';
import { logOf } from '../../core/log-areas.ts';
import { Failure } from '../../core/failure.ts';
import type { Contribution } from '../../feature.ts';
import { ownCommand } from '../../platform/executable.ts';
import { makeInProcess } from './backup-process.ts';
import type { BackupValues } from './read-settings.ts';

/** Backups on a schedule, where a folder is set for them. */
export async function contribute(
  core: Pick<Core, 'clock' | 'log' | 'owner'>,
  values: BackupValues,
): Promise<Contribution> {
  if (values.directory === undefined) return {};
  const { clock, owner } = core;
  const log = logOf(core.log, 'backup');
  const directory = resolve(values.directory);
  const lock = await chooseLock(values);
  refuseStrangeFolder(resolve(values.dataDirectory), directory);
  const scheduled = new ScheduledBackups({
    everyMs: values.every,
    keepCount: values.keep,
    isEncrypted: lock !== undefined,
    clock,
    log,
    find: () => findWholeBackups(directory),
    remove: ({ path }) => unlink(path),
    make: (name) =>
      makeInProcess(name, {
        command: ownCommand(),
        directory,
        dataDirectory: resolve(values.dataDirectory),
        owner,
        lock,
        clock,
      }),
  });
  tidy(directory, log);
  await scheduled.start();
  return { report: () => scheduled.report(), close: () => scheduled[Symbol.asyncDispose]() };
}

async function chooseLock({ recipients = [], passphrase }: BackupValues): Promise<Lock | undefined> {
  if (recipients.length > 0) {
    await asConfiguration(() => refuseStrangeRecipients(recipients));
    return { kind: 'recipients', recipients };
  }
  return passphrase === undefined ? undefined : { kind: 'passphrase', passphrase };
}

/** A disk that is not there today may be there tomorrow, and the server runs without it; the wrong folder stays wrong. */
function refuseStrangeFolder(dataDirectory: string, directory: string): void {
  try {
    if (existsSync(directory)) refuseInside(dataDirectory, directory);
  } catch (error) {
    throw asConfigurationFailure(error);
  }
}

/** What the process of an earlier run left, when it was killed with its server. */
function tidy(directory: string, log: Core['log']): void {
  try {
    removeAbandoned(directory);
  } catch (error) {
    log.debug('The folder of backups was not tidied: {error}', { error });
  }
}

async function asConfiguration(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw asConfigurationFailure(error);
  }
}

function asConfigurationFailure(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  return new Failure('ConfigurationInvalid', error.message, { cause: error });
}
