import { existsSync, statSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { serviceUser } from '../../core/service/service-names.ts';
import type { Unit } from '../../core/service/unit.ts';
import { realPath } from '../../platform/folders.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { isAllowed, type User } from '../../platform/users.ts';
import type { Machine } from './machine.ts';

/** What `useradd` says of a user who is there already, though not in `/etc/passwd` (`man 8 useradd`). */
const userIsThere = 9;
const writeAndEnter = [2, 1] as const;

/** The commands that make the user of the machine's service and give it what is its own; those that are needed. */
export function handOverCommands(
  { envFile, dataDirectory }: Unit,
  machine: Machine,
): readonly (readonly string[])[] {
  const addUser = ['useradd', '--system', '--no-create-home', '--shell', '/usr/sbin/nologin', serviceUser];
  const makeFolder = ['install', '--directory', '--mode=0700', dataDirectory];
  // With all that is in it: a command that was run with sudo may have left there what the service cannot write.
  const give = ['chown', '--recursive', '--no-dereference', `${serviceUser}:`];
  // What is its own already stays untouched: a file that was is newer than the server that runs with it.
  const isGiven = statSync(envFile).uid === machine.findUser(serviceUser)?.id;
  return [
    ...(machine.findUser(serviceUser) === undefined ? [addUser] : []),
    ...(existsSync(dataDirectory) ? [] : [makeFolder]),
    // A link stays whose it is, and what it leads to is given.
    [...give, ...[...(isGiven ? [] : [envFile]), dataDirectory].map(realPath)],
  ];
}

const forOthers = 0o077;

/** What takes the settings, which hold the secret, out of the reach of others; nothing where they are. */
export function closeCommands({ envFile }: Unit): readonly (readonly string[])[] {
  return (statSync(envFile).mode & forOthers) === 0 ? [] : [['chmod', '0600', realPath(envFile)]];
}

/** Gives a sentence where it did so, or could not. */
export async function closeSettings(unit: Unit, machine: Machine): Promise<string | undefined> {
  const [words] = closeCommands(unit);
  if (words === undefined) return undefined;
  const { exitCode, errors } = await machine.run(words);
  return exitCode === 0
    ? `Others could read ${unit.envFile}, with the secret in it. Now they cannot (0600).`
    : `Others can read ${unit.envFile}, with the secret in it, and \`${words.map(shellWord).join(' ')}\` failed: ${errors}`;
}

export async function handOver(unit: Unit, machine: Machine): Promise<void> {
  for (const words of handOverCommands(unit, machine)) {
    const { exitCode, errors } = await machine.run(words);
    if (exitCode === 0 || (words[0] === 'useradd' && exitCode === userIsThere)) continue;
    throw new Failure('ServiceFailed', `\`${words.map(shellWord).join(' ')}\` failed: ${errors}`);
  }
}

/** Why backups will fail, a sentence with what to type; undefined where none are made, or they will do. */
export function describeClosedBackups({ backupDirectory }: Unit, user: User | undefined): string | undefined {
  const stats = backupDirectory && statSync(backupDirectory, { throwIfNoEntry: false });
  if (!stats || user === undefined) return undefined;
  if (writeAndEnter.every((need) => isAllowed(stats, user, need))) return undefined;
  return `The service may not write its backups to ${backupDirectory}. Type: chown ${serviceUser}: ${shellWord(backupDirectory)}`;
}
