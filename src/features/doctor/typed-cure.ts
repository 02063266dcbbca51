import { Failure } from '../../core/failure.ts';
import type { Command, CommandContext } from '../../feature.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { currentUser, type User } from '../../platform/users.ts';
import { coreSettings } from '../../settings.ts';
import { isCommand } from './cure.ts';
import type { Finding } from './finding.ts';
import { findServerUser } from './server-user.ts';

/**
 * The finding with its commands of ours as this person has to type them: with the settings that this one was given, and as
 * the user that the server runs as, for what another writes the server could not.
 */
export async function typeCure(finding: Finding, context: CommandContext): Promise<Finding> {
  if (!('cure' in finding)) return finding;
  if (!isCommand(finding.cure)) return { ...finding, cure: await typeWithin(finding.cure, context) };
  const lines = finding.cure.split('\n').map((line) => typeLine(line, context));
  return { ...finding, cure: (await Promise.all(lines)).join('\n') };
}

/** The same for the commands that words name. */
async function typeWithin(words: string, context: CommandContext): Promise<string> {
  const parts = words.split(/(`groundmist [^`]+`)/).map(async (part) => {
    const line = /^`(groundmist [^`]+)`$/.exec(part)?.[1];
    return line === undefined ? part : `\`${await typeLine(line, context)}\``;
  });
  return (await Promise.all(parts)).join('');
}

async function typeLine(line: string, context: CommandContext): Promise<string> {
  const command = findCommand(line, context);
  // Which settings to look at is what such a cure is about.
  if (command === undefined || command.name === 'doctor') return line;
  const { sources } = context.configuration;
  const settings = Object.values(command.settings ?? {});
  // What `init` writes is not the server's to write.
  const isServers =
    command.name !== 'init' && settings.some(({ env }) => env === coreSettings.dataDirectory.env);
  const user = isServers ? await findOtherUser(context) : undefined;
  const { envFile } = context.options;
  const file = typeof envFile === 'string' ? envFile : user && sources.file?.path;
  const flags = settings.flatMap(({ env, flag }) => {
    const value = sources.flags[env];
    const isSaid = flag === undefined || line.split(' ').includes(flag);
    return isSaid || value === undefined ? [] : [flag, shellWord(value)];
  });
  const isFileNamed = file === undefined || line.includes('--env-file');
  return [...asUser(user), line, ...flags, ...(isFileNamed ? [] : ['--env-file', shellWord(file)])].join(' ');
}

/** The command of ours that a line begins with: `groundmist backup create --to …`. */
function findCommand(line: string, { features }: CommandContext): Command | undefined {
  const commands = features.flatMap((feature) => feature.commands ?? []);
  return commands.find(({ name }) => `${line} `.startsWith(`groundmist ${name} `));
}

/** Whom the server runs as, where that is somebody else who has a name. */
async function findOtherUser(context: CommandContext): Promise<User | undefined> {
  try {
    const user = (await findServerUser(context))?.user;
    return user === undefined || user.id === currentUser()?.id || user.name === undefined ? undefined : user;
  } catch (error) {
    if (error instanceof Failure) return undefined; // `configuration` tells of it.
    throw error;
  }
}

/** Root needs no sudo, which may not be installed. */
function asUser(user: User | undefined): readonly string[] {
  if (user?.name === undefined) return [];
  return currentUser()?.id === 0 ? ['runuser', '-u', user.name, '--'] : ['sudo', '-u', user.name];
}
