import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Both ways in which Linux limits the memory of a group of processes. */
const kinds = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max' },
] as const;

/** A control group that processes may be put into, as a unit's `MemoryMax` does; what exceeds it is killed. */
export class MemoryLimit implements Disposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where this user or this system has no such groups. */
  static create(bytes: number): MemoryLimit | undefined {
    for (const { root, limit } of kinds) {
      const folder = join(root, `groundmist-soak-${process.pid}`);
      try {
        mkdirSync(folder);
        if (existsSync(join(folder, limit))) {
          writeFileSync(join(folder, limit), String(bytes));
          return new MemoryLimit(folder);
        }
        rmdirSync(folder);
      } catch {
        // Not this kind, or not for us.
      }
    }
    return undefined;
  }

  /** And its children from now on. */
  add(pid: number): void {
    writeFileSync(join(this.#folder, 'cgroup.procs'), String(pid));
  }

  [Symbol.dispose](): void {
    rmdirSync(this.#folder);
  }
}
