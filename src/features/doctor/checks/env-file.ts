import type { Stats } from 'node:fs';
import type { CommandContext } from '../../../feature.ts';
import { wordsOf } from '../../../platform/processes.ts';
import { findText } from '../../../platform/config.ts';
import { realPath } from '../../../platform/folders.ts';
import { credentialName } from '../../../platform/handed-over.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { currentUser, describeUser, ownerWord, userById } from '../../../platform/users.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { findClosedFolder, lookAt, mayUse, modeWord } from '../reaching.ts';
import { judgeAbove } from '../open-folder.ts';
import { findServerUser, introduce, type ServerUser } from '../server-user.ts';
import { asRoot, findUnit } from '../units.ts';
import { findServer } from '../running-server.ts';

const name = 'env-file';
const findings = findingsOf(name);
const { ok, unchecked, warning, problem } = findings;
const { secretKey, dataDirectory } = coreSettings;

const othersRead = 0o004;
const othersWrite = 0o002;
const groupWrites = 0o020;

/** Whether nobody else reads the secret or changes the settings, and the server may read them. */
export const envFile: Check = {
  name,
  needs: { dataDirectory },
  async find(context) {
    const { sources } = context.configuration;
    const path = sources.file?.path;
    if (path === undefined) return [ok('There is none: the settings come from the environment.')];
    const stats = lookAt(path);
    if (stats === undefined) return [unchecked(`${path} is gone since it was read.`)];
    const holdsSecret = findText(secretKey, { ...sources, flags: {}, environment: {} }).text !== undefined;
    const found = [
      ...judgeAbove(path, findings),
      ...findOpenness(path, stats, holdsSecret),
      ...(await findUnread(path, stats, context)),
    ];
    if (found.length > 0) return found;
    const { id } = userById(stats.uid);
    return [ok(`${path} is closed to others (${modeWord(stats)}, ${describeUser(userById(id))}).`)];
  },
};

function findOpenness(path: string, stats: Stats, holdsSecret: boolean): readonly Finding[] {
  const { mode } = stats;
  const isRead = holdsSecret && (mode & othersRead) !== 0;
  if (!isRead && (mode & (othersWrite | groupWrites)) === 0) return [];
  // The group may be the server's way to read it.
  const cure = asOwner(`chmod o-rwx,g-w ${shellWord(path)}`, stats);
  const file = `${path} (${modeWord(stats)})`;
  if ((mode & othersWrite) !== 0) {
    return [problem(`Every user of this machine may change ${file}: who does takes over your server.`, cure)];
  }
  if (isRead) {
    return [
      problem(`Every user of this machine may read ${file}, and it holds the secret of your server.`, cure),
    ];
  }
  return [
    warning(`The group of ${file} may change it: each of its members can take over your server.`, cure),
  ];
}

/** Only where it is known that the server itself opens this file: its settings may come from elsewhere, and by systemd. */
async function findUnread(path: string, stats: Stats, context: CommandContext): Promise<readonly Finding[]> {
  const server = await findServerUser(context);
  if (server === undefined || !(await isOpenedByServer(path, server, context))) return [];
  const { user } = server;
  const closed = findClosedFolder(path, user);
  if (closed !== undefined) {
    return [
      problem(
        `${introduce(server)}, who may not enter ${closed}: the server cannot read ${path} when it starts.`,
        `Move the file to where ${describeUser(user)} may read it, like /etc/groundmist/env.`,
      ),
    ];
  }
  if (mayUse(path, user, 4) || isHandedOver(path, context)) return [];
  const whose = `${modeWord(stats)}, of ${describeUser(userById(stats.uid))}`;
  return [
    problem(
      `${introduce(server)}, who may not read ${path} (${whose}): the server does not start again.`,
      asRoot(`chown ${ownerWord(user)} ${shellWord(path)}`),
    ),
  ];
}

async function isOpenedByServer(
  path: string,
  { from }: ServerUser,
  context: CommandContext,
): Promise<boolean> {
  switch (from) {
    case 'process': {
      const server = await findServer(context);
      return server.kind === 'answers' && namesFile(wordsOf(server.status.pid), path);
    }
    case 'unit':
      return namesFile(findUnit(context)?.words ?? [], path);
    case 'directory':
    case 'command':
      return false;
  }
}

/** By its unit, which has systemd read the file for it. */
function isHandedOver(path: string, context: CommandContext): boolean {
  const real = realPath(path);
  return findUnit(context)?.names.has(`${credentialName(real)}:${real}`) === true;
}

function namesFile(words: readonly string[], path: string): boolean {
  return [path, realPath(path)].some((file) => words.includes(file) || words.includes(`--env-file=${file}`));
}

/** What only the owner of a file may do, or root. */
function asOwner(command: string, { uid }: Stats): string {
  return currentUser()?.id === uid ? command : asRoot(command);
}
