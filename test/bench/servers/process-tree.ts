import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all its children have used and hold. */
export interface Usage {
  /** User and system time since their start, those that have ended included, in steps of 10 ms. */
  readonly cpuMs: number;
  /** Resident pages; those that processes share count for each. */
  readonly rssBytes: number;
  /** What they caused to be written to disks. */
  readonly writtenBytes: number;
}

const tickMs = 10;
const pageBytes = 4096;

/** Reads /proc (Linux). A child that ends meanwhile is counted with what its parent was told of it. */
export function usageOf(processId: number): Usage {
  const usages = [readUsage(processId), ...childrenOf(processId).map(usageOf)];
  return {
    cpuMs: sum(usages.map(({ cpuMs }) => cpuMs)),
    rssBytes: sum(usages.map(({ rssBytes }) => rssBytes)),
    writtenBytes: sum(usages.map(({ writtenBytes }) => writtenBytes)),
  };
}

export function openFilesLimit(): number {
  const [, limit] = /^Max open files\s+\d+\s+(\d+)/m.exec(read('self/limits')) ?? [];
  return Number(limit);
}

/** proc(5): after the name in brackets, fields 14 to 17 are the times, its own and of the children it waited for. */
function readUsage(processId: number): Usage {
  const stat = read(`${processId}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, residentPages = 0] = read(`${processId}/statm`).split(' ').map(Number);
  const [, written = 0] = /^write_bytes: (\d+)/m.exec(read(`${processId}/io`)) ?? [];
  return {
    cpuMs: sum(fields.slice(11, 15).map(Number)) * tickMs,
    rssBytes: residentPages * pageBytes,
    writtenBytes: Number(written),
  };
}

function childrenOf(processId: number): readonly number[] {
  try {
    return readdirSync(`/proc/${processId}/task`).flatMap((thread) =>
      read(`${processId}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Empty where the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    return '';
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
