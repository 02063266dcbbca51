import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Migration } from '../../platform/database.ts';
import { makePrivateFolder } from '../../platform/files.ts';
import { endAllSessions } from '../auth/end-all-sessions.ts';
import { Failure } from '../failure.ts';
import type { Did } from '../identity/did.ts';
import { isDataDirectory } from '../store/find-namespaces.ts';
import { controlDatabasePath } from '../store/layout.ts';
import { lockDataDirectory } from '../store/lock.ts';
import { movedAsideStem } from '../store/unfinished-restore.ts';
import { refuseForeign, type ReadArchiveOptions } from './archive-reader.ts';
import { explainBackupError } from './explain-error.ts';
import { dataFolder, type Manifest } from './manifest.ts';
import { giveToOwnerOf, isEmptyButForWork, moveIn, moveInto, syncFolders } from './put-in-place.ts';
import { refuseStrangeContents } from './refuse-strange-contents.ts';
import { unpack } from './unpack.ts';
import { openWorkFolder } from './work-folder.ts';

export interface RestoreOptions extends ReadArchiveOptions {
  readonly dataDirectory: string;
  /** Whose server this is, where that is configured. */
  readonly owner: Did | undefined;
  /** A data directory that is there is moved aside. */
  readonly isForced: boolean;
  /** All is checked, and nothing is put into its place. */
  readonly isDryRun: boolean;
  /** All that a control database may have. */
  readonly controlTables: readonly Migration[];
  readonly clock: Clock;
}

export interface Restored {
  /** Absolute, links resolved. */
  readonly dataDirectory: string;
  /** Where the old one lies now, or would. */
  readonly movedTo: string | undefined;
  readonly sessionCount: number;
  readonly manifest: Manifest;
}

/**
 * Puts a backup in the place of a data directory. All of it is unpacked and checked beside that first, or inside where that is
 * an empty folder; then one rename, or a few, bring it in. Killed before, it leaves nothing but a folder that the next one takes away.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const target = resolveTarget(options.dataDirectory);
  await refuseForeign(options.path);
  const isTaken = await refuseTaken(target, options);
  const isThere = existsSync(target);
  // Whoever owns an empty folder need not own the one around it, and a mount point cannot be replaced.
  const place = isThere && !isTaken ? target : dirname(target);
  const unmake = makePrivateFolder(place);
  let isDone = false;
  try {
    using _held = isTaken ? takeLock(target, options.clock) : undefined;
    using work = openWorkFolder(place);
    const manifest = await unpack({
      ...options,
      work,
      learned: (learned) => refuseOtherOwner(learned, options.owner),
    });
    await refuseStrangeContents(work, manifest, options.controlTables);
    const data = work.at(dataFolder);
    const control = controlDatabasePath(data);
    const sessionCount = manifest.sessions + (existsSync(control) ? endAllSessions(control) : 0);
    const movedTo = isTaken ? asidePath(target, options.clock) : undefined;
    options.signal.throwIfAborted();
    if (!options.isDryRun) {
      if (isThere) giveToOwnerOf(target, data);
      syncFolders(data);
      if (place === target) moveInto(data, target);
      else moveIn(data, target, movedTo);
      isDone = true;
    }
    return { dataDirectory: target, movedTo, sessionCount, manifest };
  } catch (error) {
    throw explainBackupError(error, 'The backup', place);
  } finally {
    if (!isDone) unmake();
  }
}

/** A link that the owner set is theirs to set: what it leads to is what is restored, and the link stays. */
function resolveTarget(dataDirectory: string): string {
  const path = resolve(dataDirectory);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  try {
    return realpathSync(path);
  } catch (error) {
    throw new Failure(
      'Usage',
      `${path} is a link that leads nowhere: make what it leads to, or name another folder.`,
      {
        cause: error,
      },
    );
  }
}

/** Whether something has to be moved aside; `PlaceTaken` where that was not asked for, or it is no data directory. */
async function refuseTaken(target: string, { isForced, path }: RestoreOptions): Promise<boolean> {
  const entry = lstatSync(target, { throwIfNoEntry: false });
  if (entry === undefined) return false;
  if (!entry.isDirectory())
    throw new Failure('PlaceTaken', `${target} is not a folder: name another one with --data-dir.`);
  if (isEmptyButForWork(target)) return false;
  if (realpathSync(path).startsWith(`${target}${sep}`)) {
    throw new Failure(
      'PlaceTaken',
      `The backup lies inside of ${target}, which would be moved aside: move the backup first.`,
    );
  }
  if (!(await isDataDirectory(target))) {
    throw new Failure(
      'PlaceTaken',
      `${target} holds what is not groundmist's: name an empty folder, or one that is not there.`,
    );
  }
  if (isForced) return true;
  throw new Failure(
    'PlaceTaken',
    `There is a data directory at ${target} already. Name another folder, or let --force move this one aside.`,
  );
}

function takeLock(target: string, clock: Clock) {
  return lockDataDirectory(target, {
    pid: process.pid,
    startedAt: clock.now(),
    listen: '',
    command: 'backup restore',
  });
}

function refuseOtherOwner({ owner }: Manifest, configured: Did | undefined): void {
  if (configured === undefined || owner === null || owner === configured) return;
  throw new Failure(
    'ConfigurationInvalid',
    `This backup is of the server of ${owner}, and ATPROTO_DID says that this one belongs to ${configured}. Restore it where it belongs, or correct the setting.`,
  );
}

function asidePath(target: string, clock: Clock): string {
  const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const path = `${movedAsideStem(target)}${time}`;
  if (!existsSync(path)) return path;
  throw new Failure('Busy', `${path} is there already; try again in a moment.`);
}
