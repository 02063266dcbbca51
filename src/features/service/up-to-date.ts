import { statSync } from 'node:fs';
import { processStartedAt } from '../../platform/processes.ts';
import type { ServicePlan } from './plan.ts';

/** Whether a process of the service was started from what is there now: this program, this unit, these settings. */
export function isUpToDate(pid: number, { unit, path, standing }: ServicePlan): boolean {
  const startedAt = processStartedAt(pid);
  if (startedAt === undefined) return false;
  const [program = ''] = unit.command;
  const read = [path, unit.envFile, ...(standing?.dropIns ?? [])];
  return isSameFile(`/proc/${pid}/exe`, program) && read.every((file) => changedAt(file) <= startedAt);
}

function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
