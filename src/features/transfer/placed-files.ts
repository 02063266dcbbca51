import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { takeStaging, type Staging } from './staging.ts';

/** One file on its way: written somewhere below the staging folder, then moved to its place. */
export interface StagedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Writes it below `staging` and gives its path there. */
  stage(staging: string): Promise<string>;
}

/** What waits to be written together: no more than takes some seconds, for a kill loses it. */
const batchBytes = 4 * 2 ** 20;
const batchFiles = 32;

/**
 * Puts files into a folder whole: under its name a file is either as it was or all there, also after a kill or on a
 * full disk. Several are written together, for each waits for the disk.
 */
export class PlacedFiles implements AsyncDisposable {
  readonly #staging: Staging;
  #waiting: StagedFile[] = [];
  #waitingBytes = 0;
  #batches = 0;

  private constructor(staging: Staging) {
    this.#staging = staging;
  }

  /** `Busy` where another process puts files there. */
  static async in(directory: string): Promise<PlacedFiles> {
    return new PlacedFiles(await takeStaging(directory));
  }

  async add(file: StagedFile): Promise<void> {
    this.#waiting.push(file);
    this.#waitingBytes += file.sizeBytes;
    if (this.#waitingBytes >= batchBytes || this.#waiting.length >= batchFiles) await this.flush();
  }

  /** All that was added is in its place when it resolves. */
  async flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#batches += 1;
    const folder = join(this.#staging.path, String(this.#batches));
    const staged = await all(batch, (file, index) => stage(file, join(folder, String(index))));
    // Only now, for then the disk writes them down together.
    await all(staged, sync);
    for (const [index, from] of staged.entries()) {
      const path = batch[index]?.path ?? '';
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(from, path);
    }
    await rm(folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#staging[Symbol.asyncDispose]();
  }
}

async function stage(file: StagedFile, staging: string): Promise<string> {
  await mkdir(staging, { recursive: true, mode: 0o700 });
  return file.stage(staging);
}

async function sync(path: string): Promise<void> {
  await using written = await open(path, 'r+');
  await written.datasync();
}

/** Does it for each, and waits for all of them, so that nothing still writes when one has failed. */
async function all<One, Result>(
  of: readonly One[],
  work: (one: One, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = await Promise.allSettled(of.map(work));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
