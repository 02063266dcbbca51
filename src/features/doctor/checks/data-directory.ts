import { accessSync, constants, type Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { ownFolder } from '../../../core/store/layout.ts';
import type { CommandContext } from '../../../feature.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { currentUser, describeUser, userById, type User } from '../../../platform/users.ts';
import { coreSettings } from '../../../settings.ts';
import { isCommand } from '../cure.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { giveTo, isOfMachine, setAnother, setAnotherFirst, whyNotOurs } from '../own-folder.ts';
import { findClosedFolder, isHidden, lookAt, mayUse, modeWord, shellPath } from '../reaching.ts';
import { findPrograms, type FindPrograms } from '../other-server.ts';
import { judgeAbove } from '../open-folder.ts';
import { findServerUser, introduce, type ServerUser } from '../server-user.ts';
import { asRoot } from '../units.ts';
import { judgeMissing } from './missing-directory.ts';

const name = 'data-directory';
const findings = findingsOf(name);
const { ok, warning, problem } = findings;
const needs = { dataDirectory: coreSettings.dataDirectory };

const root = 0;
const othersWrite = 0o022;
const othersRead = 0o055;

/** Whether the documents have a folder that the server may use and nobody else. */
export const dataDirectory: Check = makeDataDirectoryCheck(findPrograms);

export function makeDataDirectoryCheck(find: FindPrograms): Check {
  return {
    name,
    needs,
    async find(context) {
      const path = resolve(context.configuration.read(needs).dataDirectory);
      const file = context.configuration.sources.file?.path;
      const server = await findServerUser(context);
      const closed = server && findClosedFolder(path, server.user);
      if (server && closed !== undefined) return [closedAbove(path, closed, server)];
      const stats = lookAt(path);
      if (stats === undefined)
        return [
          server && isHidden(path)
            ? hidden(path, server, file)
            : await judgeMissing(path, server, context, find),
        ];
      if (!stats.isDirectory()) {
        const cure = 'Set DATA_DIR to a folder that groundmist may own, or move this away.';
        return [problem(`The data directory ${path} is not a folder, so no server starts.`, cure)];
      }
      if (await isOfMachine(path)) {
        const cause = `DATA_DIR is ${path}, a folder of this machine with other things in it. A server would put its documents among them, and take for documents what looks like some.`;
        return [problem(cause, setAnotherFirst)];
      }
      const found = [
        ...(await findUse(path, stats, server, context)),
        ...(await findOpenness(path, stats)),
        ...judgeAbove(path, findings),
      ];
      const whose = server ? `, ${describeUser(server.user)}` : '';
      return found.length > 0 ? found : [ok(`${path} is the server's alone (${modeWord(stats)}${whose}).`)];
    },
  };
}

function closedAbove(path: string, closed: string, server: ServerUser): Finding {
  const who = describeUser(server.user);
  // A container sees the folder without what is above it.
  const kind = server.from === 'directory' ? warning : problem;
  return kind(
    `${introduce(server)}, who may not enter ${closed}, so the server cannot reach its data directory ${path}.`,
    `Move the data directory to where ${who} may go, like /var/lib/groundmist, and set DATA_DIR to it.`,
  );
}

const needed = [4, 2, 1] as const;

async function findUse(
  path: string,
  stats: Stats,
  server: ServerUser | undefined,
  context: CommandContext,
): Promise<readonly Finding[]> {
  const file = context.configuration.sources.file?.path;
  if (server && !needed.every((need) => mayUse(path, server.user, need))) {
    const { user } = server;
    const cure = await (stats.uid === user.id
      ? close('chmod 700', path, stats)
      : giveTo(user, path, context));
    const whose = `${path} (${modeWord(stats)}, of ${describeUser(userById(stats.uid))})`;
    if (server.from === 'command' && stats.uid === root) return [leftByRoot(whose, cure, file)];
    return [
      problem(`${introduce(server)}, who may not read and write ${whose}: the server cannot work.`, cure),
    ];
  }
  const why = whyNotUsed(path);
  if (why === undefined) return [];
  if (why === 'EROFS') {
    const cure = 'Mount it for writing; where that happened by itself, look what `dmesg` says of the disk.';
    return [problem(`${path} lies on a disk that is mounted for reading only: nothing can be stored.`, cure)];
  }
  if (server && server.user.id !== currentUser()?.id) return [hidden(path, server, file)];
  return [problem(`${path} cannot be read and written (${why}).`, `ls -ld ${shellWord(path)}`)];
}

/** Of a command that was run with sudo, or of a server that root runs: which, nobody can see here. */
function leftByRoot(whose: string, cure: string, file: string | undefined): Finding {
  const cause = `You may not read and write ${whose}: a server that you start cannot use it.`;
  const theirs = `If root runs the server, look with \`${asUser(userById(root), file)}\``;
  if (!isCommand(cure)) return warning(cause, `${theirs}. If you do: ${cure}`);
  return warning(cause, `${theirs}; if you do, type \`${cure}\`.`);
}

/** Of another user, whose server may run. */
function hidden(path: string, { user }: ServerUser, file: string | undefined): Finding {
  const here = currentUser();
  const [you, they] = [here && describeUser(here), describeUser(user)];
  const cause = `You are ${you}, and ${path} belongs to ${they}: what is in it you may not see, so not all could be looked at.`;
  if (here === undefined || user.id !== root) return warning(cause, asUser(user, file));
  return warning(
    `${cause} A server that you start cannot use it.`,
    `If root runs the server, type \`${asUser(user, file)}\`; if you do, set DATA_DIR to a folder of yours.`,
  );
}

/** The same settings, whosever folder one is in then. */
function asUser({ id, name: known }: User, file: string | undefined): string {
  const sudo = id === root ? 'sudo' : `sudo -u ${known ?? `'#${id}'`}`;
  return `${sudo} groundmist doctor${file === undefined ? '' : ` --env-file ${shellWord(file)}`}`;
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
async function findOpenness(path: string, stats: Stats): Promise<readonly Finding[]> {
  const own = lookAt(join(path, ownFolder));
  const isEntered = (stats.mode & 0o011) !== 0;
  if ((stats.mode & othersWrite) !== 0 || (isEntered && own && (own.mode & othersWrite) !== 0)) {
    const cause = `Other users of this machine may write into ${path} (${modeWord(stats)}): they can delete and replace your documents.`;
    return [problem(cause, await close('chmod go-rwx', path, stats))];
  }
  if ((stats.mode & othersRead) === 0) return [];
  const cause = `Other users of this machine may look into ${path} (${modeWord(stats)}), where your documents are.`;
  return [warning(cause, await close('chmod go-rwx', path, stats))];
}

/** Closed to others, it is closed to whatever else is in it too. */
async function close(command: 'chmod 700' | 'chmod go-rwx', path: string, { uid }: Stats): Promise<string> {
  const why = await whyNotOurs(path);
  if (why !== undefined) return setAnother(why);
  const closing = `${command} ${shellPath(path)}`;
  return currentUser()?.id === uid ? closing : asRoot(closing);
}
