import { lstat, readdir } from 'node:fs/promises';
import { foreignEntries, lostAndFound } from '../../../core/store/foreign-entries.ts';
import { join, relative, resolve } from 'node:path';
import type { CommandContext } from '../../../feature.ts';
import { count } from '../../../platform/format.ts';
import { describeUser, userById, type User } from '../../../platform/users.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { giveTo } from '../own-folder.ts';
import { isHidden, lookAt } from '../reaching.ts';
import { findServerUser, introduce, type ServerUser } from '../server-user.ts';

const name = 'ownership';
const { ok, unchecked, warning, problem } = findingsOf(name);
const needs = { dataDirectory: coreSettings.dataDirectory };
/** A folder of files of automerge-repo may have millions; what was written last by a command lies high up. */
const mostLookedAt = 50_000;
const root = 0;

/** Whether all files are those of the user that the server runs as: a command that was run by another leaves others. */
export const ownership: Check = {
  name,
  needs,
  async find(context) {
    const path = resolve(context.configuration.read(needs).dataDirectory);
    const server = await findServerUser(context);
    const owner = lookAt(path)?.uid;
    if (server === undefined) return [unchecked('This system has no users as Linux has them.')];
    if (isHidden(path)) return [unchecked(`${path} may not be seen by this user.`)];
    if (owner === undefined) return [ok('There are no files yet.')];
    if (server.from === 'command' && owner !== server.user.id && server.user.id !== root)
      return [
        unchecked(
          `${path} belongs to ${describeUser(userById(owner))}, and who runs the server is not known.`,
        ),
      ];
    if (server.user.id === root) return [asRootUser(path, userById(owner), server)];
    const looked = await findForeign(path, server.user.id);
    if (looked.foreign.length > 0) return [await foreign(path, looked, server, context)];
    if (looked.unreadable !== undefined)
      return [unchecked(`${looked.unreadable} cannot be read by this user.`)];
    const which = looked.isCutShort ? `The first ${mostLookedAt.toLocaleString('en-US')}` : 'All';
    return [ok(`${which} files belong to ${describeUser(server.user)}, as the server needs it.`)];
  },
};

function asRootUser(path: string, owner: User, { from }: ServerUser): Finding {
  if (owner.id === root) return ok('The files are those of root, who may use all.');
  const who = describeUser(owner);
  return warning(
    `The server ${from === 'process' ? 'runs' : 'is to run'} as root, though ${path} belongs to ${who}: the files it makes are root's, and no server of ${who} can write them.`,
    `Stop it, start it as ${who}, and look again: what is root's then has a cure of its own.`,
  );
}

interface Looked {
  /** Of other users. */
  readonly foreign: readonly string[];
  readonly unreadable: string | undefined;
  readonly isCutShort: boolean;
}

async function foreign(
  path: string,
  { foreign: files, isCutShort }: Looked,
  server: ServerUser,
  context: CommandContext,
): Promise<Finding> {
  const [first = ''] = files;
  const others =
    files.length > 1 ? ` and ${count(files.length - 1, 'other')}${isCutShort ? ' at least' : ''}` : '';
  const owners = [...new Set(files.map((file) => lookAt(join(path, file))?.uid))].filter(
    (id) => id !== undefined,
  );
  const whose = owners.map((id) => describeUser(userById(id))).join(' and ');
  return problem(
    `${first}${others} in ${path} belong${files.length > 1 ? '' : 's'} to ${whose || 'somebody else'}. ${introduce(server)}, who cannot write what is not theirs. A command was run as another user, as with sudo.`,
    await giveTo(server.user, path, context),
  );
}

/** Folder by folder, those high up first; what is not groundmist's may be whose it will. */
async function findForeign(path: string, userId: number): Promise<Looked> {
  const passedOver = new Set([lostAndFound, ...((await foreignEntries(path)) ?? [])]);
  const folders = [path];
  const found: string[] = [];
  let unreadable: string | undefined;
  let lookedAt = 0;
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) unreadable ??= folder;
    for (const entry of entries ?? []) {
      if (folder === path && passedOver.has(entry.name)) continue;
      const file = join(folder, entry.name);
      const stats = await lstat(file).catch(() => undefined); // Gone meanwhile.
      if (stats && stats.uid !== userId) found.push(relative(path, file));
      if (entry.isDirectory()) folders.push(file);
      lookedAt += 1;
      if (lookedAt >= mostLookedAt) return { foreign: found, unreadable, isCutShort: true };
    }
  }
  return { foreign: found, unreadable, isCutShort: false };
}
