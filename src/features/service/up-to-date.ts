import { statSync } from 'node:fs';
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
  const read = [path, unit.envFile, ...(standing?.dropIns ?? [])];
  return isSameFile(`/proc/${pid}/exe`, program) && read.every((file) => changedAt(file) <= startedAt);
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
