import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSameFile } from '../../platform/files.ts';
import { processStartedAt } from '../../platform/processes.ts';
import type { ServicePlan } from './plan.ts';

/** Whether a process of the service was started from what is there now: this program, this unit, these settings. */
export function isUpToDate(
  pid: number,
  { unit, path, standing }: Pick<ServicePlan, 'unit' | 'path' | 'standing'>,
): boolean {
  const startedAt = processStartedAt(pid);
  if (startedAt === undefined) return false;
  const [program = ''] = unit.command;
  const dropIns = [`${path}.d`, ...(standing?.dropIns ?? [])];
  // What was taken away leaves its trace in the folder that it was in.
  const read = [unit.envFile, path, dirname(path), ...dropIns];
  return isSameFile(`/proc/${pid}/exe`, program) && read.every((file) => changedAt(file) <= startedAt);
}

/** By the time that nobody can set: a file that is put back has the one of its text. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}
