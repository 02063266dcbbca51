import { closeSync, fdatasyncSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './durable-file.ts';
import { hasErrorCode } from './error-code.ts';

/** What fills the room that is not used: no hole, and nothing to a reader of lines. */
const filler = 0x0a;

/**
 * A small file of text lines whose place on the disk is taken beforehand and written over, so that a line can be
 * kept where nothing new can be. That holds for file systems that write in place (ext4, XFS, tmpfs); on one
 * that copies (Btrfs, ZFS) it is an attempt like any other, and says so by throwing.
 */
export class ReservedFile {
  readonly #path: string;
  readonly #sizeBytes: number;

  constructor(path: string, sizeBytes: number) {
    this.#path = path;
    this.#sizeBytes = sizeBytes;
  }

  /** Takes what is still missing of its place; false where the disk does not give it now. */
  reserve(): boolean {
    try {
      this.#fill();
      return true;
    } catch {
      return false;
    }
  }

  /**
   * The complete lines; none where there is no file. A line that a crash cut in two was never reported as
   * written; what is left of it is for the reader to refuse.
   */
  lines(): readonly string[] {
    const text = this.#read().toString('utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '');
  }

  /** Puts `lines` in place of all that was there, on disk when it returns. Throws what the file system throws, or where they do not fit. */
  replace(lines: readonly string[]): void {
    const content = Buffer.alloc(this.#sizeBytes, filler);
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    if (text.length > content.length) throw new Error(`${this.#path} has no room for ${text.length} bytes`);
    text.copy(content);
    const file = openSync(this.#path, 'r+');
    try {
      writeWhole(file, content, 0);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  #fill(): void {
    const file = openSync(this.#path, 'a', 0o600);
    try {
      const missing = this.#sizeBytes - fstatSync(file).size;
      if (missing <= 0) return;
      writeWhole(file, Buffer.alloc(missing, filler), null);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(dirname(this.#path));
  }

  #read(): Buffer {
    try {
      return readFileSync(this.#path).subarray(0, this.#sizeBytes);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return Buffer.alloc(0);
      throw error;
    }
  }
}

/** One call may write less than it was given. */
function writeWhole(file: number, bytes: Buffer, position: number | null): void {
  for (let done = 0; done < bytes.length;) {
    const at = position === null ? null : position + done;
    done += writeSync(file, bytes, done, bytes.length - done, at);
  }
}
