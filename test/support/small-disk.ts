import { appendFileSync, rmSync } from 'node:fs';
import { readLines } from './child-lines.ts';

/** Room for a control database and a namespace, filled in a moment. */
const usualBytes = 4 * 1024 * 1024;
/** Large ones first, then what is left. */
const blocksBytes = [1024 * 1024, 4096];

/**
 * A real file system of a few megabytes, mounted in a namespace of its own: no other process sees it, and it is gone
 * with the process that holds it. What stays while servers on it come and go.
 */
export class SmallDisk implements AsyncDisposable {
  readonly path: string;
  readonly #holder: Bun.Subprocess<'pipe', 'pipe', 'inherit'>;

  private constructor(path: string, holder: Bun.Subprocess<'pipe', 'pipe', 'inherit'>) {
    this.path = path;
    this.#holder = holder;
  }

  /** Mounts one at `path`, an empty folder, that can hold so many files and folders. */
  static async mount(path: string, mostFiles = 4096, sizeBytes = usualBytes): Promise<SmallDisk> {
    const script = `mount -t tmpfs -o size=${sizeBytes},nr_inodes=${mostFiles},mode=0700 none "$0" && echo mounted && exec cat`;
    const holder = Bun.spawn(['unshare', '--mount', 'sh', '-c', script, path], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    const { value } = await readLines(holder.stdout).next();
    if (value !== 'mounted') throw new Error(`no small disk: ${String(value)}`);
    return new SmallDisk(path, holder);
  }

  /** The words before a command that show it the disk. */
  get through(): readonly string[] {
    return ['nsenter', `--mount=/proc/${this.#holder.pid}/ns/mnt`, '--'];
  }

  /** Where processes outside find `name` on it. */
  at(name: string): string {
    return `/proc/${this.#holder.pid}/root${this.path}/${name}`;
  }

  /** Takes all the room there is; gives back how many bytes that were. */
  fill(): number {
    return blocksBytes.reduce((taken, blockBytes) => taken + this.#fillBy(blockBytes), 0);
  }

  makeRoom(): void {
    rmSync(this.at('filler'));
  }

  #fillBy(blockBytes: number): number {
    for (let taken = 0; ; taken += blockBytes) {
      try {
        appendFileSync(this.at('filler'), Buffer.alloc(blockBytes));
      } catch {
        return taken;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder.stdin.end();
    await this.#holder.exited;
  }
}

/** Undefined where a file system may be mounted here; else why not. */
export function whyNoSmallDisk(): string | undefined {
  if (!Bun.which('unshare') || !Bun.which('nsenter')) return 'unshare and nsenter are not installed';
  const attempt = Bun.spawnSync(['unshare', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  return attempt.exitCode === 0 ? undefined : `only root may mount: ${attempt.stderr.toString().trim()}`;
}
