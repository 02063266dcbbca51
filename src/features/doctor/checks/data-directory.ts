import { accessSync, constants, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ownFolder } from '../../../core/store/layout.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { currentUser, describeUser, isAllowed, ownerWord, type User } from '../../../platform/users.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { findClosedFolder, isHidden, lookAt, modeWord } from '../reaching.ts';
import { findServerUser } from '../server-user.ts';
import { asRoot } from '../units.ts';

const name = 'data-directory';
const { ok, warning, problem } = findingsOf(name);
const needs = { dataDirectory: coreSettings.dataDirectory };

const othersWrite = 0o022;
const othersRead = 0o055;

/** Whether the documents have a folder that the server may use and nobody else. */
export const dataDirectory: Check = {
  name,
  needs,
  async find(context) {
    const path = resolve(context.configuration.read(needs).dataDirectory);
    const user = (await findServerUser(context))?.user;
    const closed = user && findClosedFolder(path, user);
    if (user && closed !== undefined) return [closedAbove(path, closed, user)];
    const stats = lookAt(path);
    if (stats === undefined) return [user && isHidden(path) ? hidden(path, user) : notThere(path, user)];
    if (!stats.isDirectory()) {
      const cure = 'Set DATA_DIR to a folder that groundmist may own, or move this away.';
      return [problem(`The data directory ${path} is not a folder, so no server starts.`, cure)];
    }
    const found = [...findUse(path, stats, user), ...findOpenness(path, stats)];
    const whose = user ? `, ${describeUser(user)}` : '';
    return found.length > 0 ? found : [ok(`${path} is the server's alone (${modeWord(stats)}${whose}).`)];
  },
};

function closedAbove(path: string, closed: string, user: User): Finding {
  const who = describeUser(user);
  return problem(
    `The server runs as ${who}, who may not enter ${closed}, so it cannot reach its data directory ${path}.`,
    `Move the data directory to where ${who} may go, like /var/lib/groundmist, and set DATA_DIR to it.`,
  );
}

/** The first server makes it, where it may. */
function notThere(path: string, user: User | undefined): Finding {
  let above = dirname(path);
  while (lookAt(above) === undefined && above !== dirname(above)) above = dirname(above);
  const stats = lookAt(above);
  if (user === undefined || stats === undefined || isAllowed(stats, user, 2)) {
    return ok(`${path} is not there yet: the server makes it when it starts.`);
  }
  return problem(
    `${path} is not there, and ${describeUser(user)} may not make it in ${above}, so no server starts.`,
    asRoot(`install -d -m 700 -o ${user.name ?? user.id} ${shellWord(path)}`),
  );
}

function findUse(path: string, stats: Stats, user: User | undefined): readonly Finding[] {
  const here = currentUser();
  if (user && !([4, 2, 1] as const).every((need) => isAllowed(stats, user, need))) {
    const cure =
      stats.uid === user.id
        ? `chmod 700 ${shellWord(path)}`
        : asRoot(`chown -R ${ownerWord(user)} ${shellWord(path)}`);
    const cause = `The server runs as ${describeUser(user)}, who may not read and write ${path} (${modeWord(stats)}).`;
    return [problem(cause, cure)];
  }
  const why = whyNotUsed(path);
  if (why === undefined) return [];
  if (why === 'EROFS') {
    const cure = 'Mount it for writing; where that happened by itself, look what `dmesg` says of the disk.';
    return [problem(`${path} lies on a disk that is mounted for reading only: nothing can be stored.`, cure)];
  }
  if (here && user && here.id !== user.id) return [hidden(path, user)];
  return [problem(`${path} cannot be read and written (${why}).`, `chmod 700 ${shellWord(path)}`)];
}

function hidden(path: string, user: User): Finding {
  const here = currentUser();
  if (here === undefined || here.id === user.id) {
    return problem(`A folder above ${path} may not be entered by this user.`, asUser({ ...user, id: 0 }));
  }
  return warning(
    `You are ${describeUser(here)}, and the server runs as ${describeUser(user)}: what it keeps in ${path} you may not see, so not all could be looked at.`,
    asUser(user),
  );
}

function asUser({ id, name: known }: User): string {
  return id === 0 ? 'sudo groundmist doctor' : `sudo -u ${known ?? `'#${id}'`} groundmist doctor`;
}

/** The code of the error; this also knows of what modes do not say. */
function whyNotUsed(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
  }
}

/** Where nobody else enters the folder, nobody comes to what is in it. */
function findOpenness(path: string, stats: Stats): readonly Finding[] {
  const own = lookAt(join(path, ownFolder));
  const closing = `chmod -R go-rwx ${shellWord(path)}`;
  const cure = currentUser()?.id === stats.uid ? closing : asRoot(closing);
  const isEntered = (stats.mode & 0o011) !== 0;
  if ((stats.mode & othersWrite) !== 0 || (isEntered && own && (own.mode & othersWrite) !== 0)) {
    const cause = `Other users of this machine may write into ${path} (${modeWord(stats)}): they can delete and replace your documents.`;
    return [problem(cause, cure)];
  }
  if ((stats.mode & othersRead) === 0) return [];
  return [
    warning(
      `Other users of this machine may look into ${path} (${modeWord(stats)}), where your documents are.`,
      cure,
    ),
  ];
}
