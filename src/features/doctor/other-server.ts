import { isAbsolute, resolve } from 'node:path';
import type { CommandContext } from '../../feature.ts';
import { realPath } from '../../platform/folders.ts';
import { processesOf, type RunningProgram } from '../../platform/processes.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { currentUser, describeUser, userById } from '../../platform/users.ts';
import { coreSettings } from '../../settings.ts';

/** Gives the processes of groundmist on this machine, but for this one. */
export type FindPrograms = () => readonly RunningProgram[];

export const findPrograms: FindPrograms = () => processesOf('groundmist');

export interface OtherServer {
  readonly pid: number;
  /** `process 7, `groundmist serve``. */
  readonly description: string;
  /** What looks at its settings, where they are known. */
  readonly look: string | undefined;
}

/** A server that runs with these settings by what it was started with, wherever it is. */
export function findSameServer(find: FindPrograms, context: CommandContext): OtherServer | undefined {
  const { sources } = context.configuration;
  const { dataDirectory } = context.configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const same = servers(find).find(
    (program) =>
      isSame(fileOf(program, '--env-file'), sources.file?.path) ||
      isSame(fileOf(program, '--data-dir'), resolve(dataDirectory)),
  );
  return same && describe(same);
}

/** Any other, those of this user first: with two places for settings one easily looks at the wrong one. */
export function findOtherServer(find: FindPrograms): OtherServer | undefined {
  const others = servers(find);
  const other = others.find(isMine) ?? others[0];
  return other && describe(other);
}

function servers(find: FindPrograms): readonly RunningProgram[] {
  return find().filter(({ words }) => words.includes('serve'));
}

function isMine({ userId }: RunningProgram): boolean {
  return userId === currentUser()?.id;
}

function describe(program: RunningProgram): OtherServer {
  const { pid, words, userId } = program;
  const file = fileOf(program, '--env-file');
  const user = userId === undefined || isMine(program) ? undefined : userById(userId);
  const whose = user ? ` of ${describeUser(user)}` : '';
  const as = user === undefined || currentUser()?.id === 0 ? '' : `sudo -u ${user.name ?? `'#${user.id}'`} `;
  return {
    pid,
    description: `process ${pid}${whose}, \`${words.map(shellWord).join(' ')}\``,
    look: file === undefined ? undefined : `${as}groundmist doctor --env-file ${shellWord(file)}`,
  };
}

/** The absolute path that a flag names, as far as it is known from where the process was started. */
function fileOf({ words, folder }: RunningProgram, flag: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
  const file = joined ?? (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
  if (file === undefined || isAbsolute(file)) return file;
  return folder === undefined ? undefined : resolve(folder, file);
}

function isSame(file: string | undefined, ours: string | undefined): boolean {
  return file !== undefined && ours !== undefined && realPath(file) === realPath(ours);
}
