import { readFileSync } from 'node:fs';

const anonymousKilobytes = /^RssAnon:\s*(\d+) kB$/m;

/**
 * Bytes of memory that this process has, with what it shares; undefined where the system does not tell. Bun reads a file for it, which fails
 * while as many are open as may be.
 */
export function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

/**
 * Bytes of memory that a process holds for itself, without what it shares with the file it was started from;
 * undefined where the system does not tell, or the process has ended. `man 5 proc_pid_status`.
 */
export function ownMemoryBytes(pid: number): number | undefined {
  try {
    const kilobytes = anonymousKilobytes.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
