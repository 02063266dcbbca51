import { readFileSync } from 'node:fs';

/** What Linux says of a process from its state on, which follows its name. `man 5 proc_pid_stat`. */
export function processStatus(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
}

/** The session that a process belongs to. */
export function sessionOf(pid: number): string | undefined {
  return processStatus(pid)[3];
}

/** How far a process stands back behind others, from -20 to 19. */
export function nicenessOf(pid: number): number {
  return Number(processStatus(pid)[16]);
}
