import { statSync } from 'node:fs';

interface Opened {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

/**
 * Files that this process has open: whether each is still where it was opened. Who moves, deletes or replaces one does not hear of
 * the process that goes on writing to it. As long as they are open nothing else gets their inode.
 */
export class OpenedFiles {
  readonly #files = new Set<Opened>();

  /** Watches a file, where it is there, until it is disposed. */
  watch(path: string): Disposable {
    const found = look(path);
    const opened = found && { path, ...found };
    if (opened) this.#files.add(opened);
    return { [Symbol.dispose]: () => void (opened && this.#files.delete(opened)) };
  }

  /** The first that is not there any more. */
  findMoved(): string | undefined {
    for (const { path, device, inode } of this.#files) {
      const found = look(path);
      if (found?.device !== device || found.inode !== inode) return path;
    }
    return undefined;
  }
}

function look(path: string): Omit<Opened, 'path'> | undefined {
  try {
    const { dev: device, ino: inode } = statSync(path, { bigint: true });
    return { device, inode };
  } catch {
    return undefined; // Nobody can open it there now.
  }
}
