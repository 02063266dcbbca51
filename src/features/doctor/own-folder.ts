import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isOwnDataDirectory } from '../../core/store/find-namespaces.ts';
import { foreignEntries } from '../../core/store/foreign-entries.ts';
import { ownFolder } from '../../core/store/layout.ts';
import type { CommandContext } from '../../feature.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { ownerWord, type User } from '../../platform/users.ts';
import { lookAt, shellPath } from './reaching.ts';
import { asRoot } from './units.ts';

/** Of every machine (https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html), however empty they are. */
const ofSystem =
  /^\/(?:(?:bin|boot|dev|etc|home|lib|lib32|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)|usr\/(?:local\/)?\w+|usr\/local|var\/(?:backups|cache|lib|local|lock|log|mail|opt|run|spool|tmp)|home\/[^/]+|run\/user(?:\/\d+)?)?$/;
const sticky = 0o1000;

/**
 * Why nothing that changes a folder may be advised for this one, as a cause that begins a sentence; undefined where it is
 * groundmist's. DATA_DIR is easily a folder of the machine, by mistake.
 */
export async function whyNotOurs(path: string): Promise<string | undefined> {
  const real = realpathSync(path);
  if (ofSystem.test(real) || real === homedir()) return `${path} is a folder of this machine`;
  if (((lookAt(real)?.mode ?? 0) & sticky) !== 0) return `${path} is a folder that many users share`;
  const foreign = await foreignEntries(real);
  // A folder with ours in it and nothing else that is seen.
  if (foreign === undefined) return isOwn(path) ? undefined : `what is in ${path} this user may not see`;
  const [first] = foreign;
  return first === undefined ? undefined : `${join(path, first)} is not groundmist's`;
}

/** Whether this is a folder of the whole machine, with other things in it and nothing of a server: named by mistake. */
export async function isOfMachine(path: string): Promise<boolean> {
  const stats = lookAt(path);
  if (stats?.isDirectory() !== true || isOwn(path)) return false;
  const real = realpathSync(path);
  if (!ofSystem.test(real) && real !== homedir() && (stats.mode & sticky) === 0) return false;
  const foreign = await foreignEntries(real);
  return foreign === undefined || foreign.length > 0;
}

function isOwn(path: string): boolean {
  try {
    return isOwnDataDirectory(path);
  } catch {
    return false; // Where this user may not look.
  }
}

const another = 'set DATA_DIR to a folder for it alone, like /var/lib/groundmist';

/** Before anything else is typed. */
export const setAnotherFirst = `First ${another}.`;

/** What to do in place of a command that would change what is not ours. */
export function setAnother(why: string): string {
  return `DATA_DIR has to be a folder of groundmist's own, and ${why}: ${another}, and move what is groundmist's there, which is the folder ${ownFolder} and those of your apps.`;
}

/**
 * Gives a data directory with all that is in it to a user; words where other things are in it. Where this user does not see
 * all, root has to look first.
 */
export async function giveTo(user: User, path: string, { configuration }: CommandContext): Promise<string> {
  const why = await whyNotOurs(path);
  if (why !== undefined) return setAnother(why);
  const file = configuration.sources.file?.path;
  if ((await foreignEntries(realpathSync(path))) === undefined) {
    return `sudo groundmist doctor${file === undefined ? '' : ` --env-file ${shellWord(file)}`}`;
  }
  return asRoot(`chown -R ${ownerWord(user)} ${shellPath(path)}`);
}
