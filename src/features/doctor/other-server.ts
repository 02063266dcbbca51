import { isAbsolute } from 'node:path';
import { processesOf, type RunningProgram } from '../../platform/processes.ts';
import { shellWord } from '../../platform/shell-word.ts';

/** Gives the processes of groundmist on this machine, but for this one. */
export type FindPrograms = () => readonly RunningProgram[];

export const findPrograms: FindPrograms = () => processesOf('groundmist');

export interface OtherServer {
  /** `process 7, `groundmist serve``. */
  readonly description: string;
  /** What looks at its settings, where they are known. */
  readonly cure: string | undefined;
}

/** A server that runs and may be the one that is meant: with two places for settings one easily looks at the wrong one. */
export function findOtherServer(find: FindPrograms): OtherServer | undefined {
  const other = find().find(({ words }) => words.includes('serve'));
  if (other === undefined) return undefined;
  const { pid, words } = other;
  const file = words.includes('--env-file') ? words[words.indexOf('--env-file') + 1] : undefined;
  const isKnown = file !== undefined && isAbsolute(file);
  return {
    description: `process ${pid}, \`${words.map(shellWord).join(' ')}\``,
    cure: isKnown ? `groundmist doctor --env-file ${shellWord(file)}` : undefined,
  };
}
