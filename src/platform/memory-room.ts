import { readFileSync } from 'node:fs';

/** The memory that a process can still have. */
export interface MemoryRoom {
  /** Without swap. */
  readonly availableBytes: number;
  readonly swapBytes: number;
  /** Whether it is a limit of its own, as of a container or a unit, that leaves it so little. */
  readonly isOwnLimit: boolean;
}

/** The text of a file; empty where there is none. */
export type ReadText = (path: string) => string;

/** What Linux says (`man 5 proc_meminfo`, and of control groups Documentation/admin-guide/cgroup-v2.rst); undefined elsewhere. */
export function memoryRoom(pid: number | 'self', read: ReadText = readText): MemoryRoom | undefined {
  const memory = read('/proc/meminfo');
  const available = readField(memory, /^MemAvailable:\s*(\d+) kB$/m);
  if (available === undefined) return undefined;
  const swap = readField(memory, /^SwapFree:\s*(\d+) kB$/m) ?? 0;
  const machine = { availableBytes: available * 1024, swapBytes: swap * 1024, isOwnLimit: false };
  const groupBytes = Math.min(...groupsOf(read(`/proc/${pid}/cgroup`)).map((group) => roomOf(group, read)));
  return groupBytes < machine.availableBytes
    ? { availableBytes: groupBytes, swapBytes: 0, isOwnLimit: true }
    : machine;
}

/** The folder of its control group, and of all those around it. */
function groupsOf(cgroup: string): readonly string[] {
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  if (path === undefined) return [];
  const parts = path.split('/').filter(Boolean);
  return [...parts.keys(), parts.length].map((depth) =>
    ['/sys/fs/cgroup', ...parts.slice(0, depth)].join('/'),
  );
}

/** What a group may still take; what it holds of files is given back when it is needed. */
function roomOf(group: string, read: ReadText): number {
  const most = readField(read(`${group}/memory.max`), /^(\d+)$/m);
  const used = readField(read(`${group}/memory.current`), /^(\d+)$/m);
  if (most === undefined || used === undefined) return Infinity;
  const files = readField(read(`${group}/memory.stat`), /^inactive_file (\d+)$/m) ?? 0;
  return Math.max(0, most - used + files);
}

function readField(text: string, form: RegExp): number | undefined {
  const found = form.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
