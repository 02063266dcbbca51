import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { allSettings } from '../../../all-settings.ts';
import { findWholeBackups } from '../../../core/backup/list.ts';
import type { CommandContext } from '../../../feature.ts';
import { findText } from '../../../platform/config.ts';
import { holdsDeleted } from '../../../platform/processes.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { nearestThere } from '../../../platform/folders.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { findSameServer, type FindPrograms } from '../other-server.ts';
import { isReadOnly, mayUse } from '../reaching.ts';
import { introduce, type ServerUser } from '../server-user.ts';
import { asRoot, findUnit } from '../units.ts';

const { ok, warning, problem } = findingsOf('data-directory');

/** A data directory that is not there: the first server makes it; later something happened to it. */
export async function judgeMissing(
  path: string,
  server: ServerUser | undefined,
  context: CommandContext,
  find: FindPrograms,
): Promise<Finding> {
  const lost = findLink(path) ?? (await findTraces(path, context, find));
  if (lost !== undefined) return lost;
  const above = nearestThere(dirname(path));
  if (isReadOnly(above)) {
    const cause = `${path} is not there, and ${above} is mounted for reading only, so no server can make it.`;
    return problem(cause, 'Mount it for writing, or set DATA_DIR to a folder on another disk.');
  }
  if (server === undefined || mayUse(above, server.user, 2)) {
    return ok(`${path} is not there yet: the server makes it when it starts.`);
  }
  const { id, name: known } = server.user;
  return problem(
    `${path} is not there. ${introduce(server)}, who may not make it in ${above}, so no server starts.`,
    asRoot(`install -d -m 700 -o ${known ?? id} ${shellWord(path)}`),
  );
}

function findLink(path: string): Finding | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return problem(
    `${path} is a link to ${readlinkSync(path)}, which is not there, so no server starts.`,
    'Mount the disk that it is on, or set DATA_DIR to where your documents are.',
  );
}

const bring =
  'Mount its disk, or set DATA_DIR to where the folder is now; only where it is really lost begin anew, with `groundmist backup restore` if there is a backup.';

/** What speaks for it that the folder was there. */
export async function findTraces(
  path: string,
  context: CommandContext,
  find: FindPrograms,
): Promise<Finding | undefined> {
  const deleted = find().find(({ pid }) => holdsDeleted(pid, path));
  if (deleted !== undefined) {
    const cause = `${path} was deleted while groundmist (process ${deleted.pid}) works on it: what that stores now is lost when it ends.`;
    return problem(cause, `End that process. ${bring}`);
  }
  const same = findSameServer(find, context);
  const backups = await findBackupsOf(context);
  const unit = findUnit(context);
  const why = [
    ...(same === undefined
      ? []
      : [`a server runs that was started with these settings (process ${same.pid})`]),
    ...(backups === undefined ? [] : [`there are backups in ${backups}`]),
    ...(unit === undefined ? [] : [`${unit.folder}/${unit.name} starts a server on it`]),
  ];
  if (why.length === 0) return undefined;
  return warning(
    `${path} is not there, and was, it seems: ${why.join(', and ')}. A server that starts now begins with nothing.`,
    bring,
  );
}

async function findBackupsOf({ features, configuration }: CommandContext): Promise<string | undefined> {
  const setting = allSettings(features).find(({ env }) => env === 'GROUNDMIST_BACKUP_DIRECTORY');
  const text = setting && findText(setting, configuration.sources).text;
  if (!text) return undefined;
  const directory = resolve(text);
  const found = await findWholeBackups(directory).catch(() => []); // `backup` tells of it.
  return found.length > 0 ? directory : undefined;
}
