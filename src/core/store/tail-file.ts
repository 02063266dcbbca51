import { dirname } from 'node:path';
import { TailBlocks, type LaidBatch } from './tail-blocks.ts';
import type { TailFiles } from './tail-files.ts';
import { encodeTailHeader, tailHeaderBytes } from './tail-header.ts';
import { blockBytes, type TailChange } from './tail-record.ts';

/** Beyond it everything moves to its documents, and the file begins anew. */
const limitBytes = 1.5 * 2 ** 20;
/** The place on the disk is taken before it is needed, as much again as there is: an append changes no size and finds room. */
const steps = { firstBytes: 2 ** 14, mostBytes: 2 ** 18 } as const;

/**
 * The file of a tail, written from its beginning to its end and then over again with another salt. Each batch is
 * one write and one sync.
 */
export class TailFile {
  readonly #path: string;
  readonly #files: TailFiles;
  readonly #randomSalt: () => bigint;
  #file: number | undefined;
  #takenBytes = 0;
  #isNamed = false;
  #blocks: TailBlocks | undefined;
  #laid: LaidBatch | undefined;

  constructor(path: string, files: TailFiles, randomSalt: () => bigint) {
    this.#path = path;
    this.#files = files;
    this.#randomSalt = randomSalt;
  }

  /** Begins anew and gives the salt: nothing of what was in it is in it any more, on the disk too. */
  begin(): bigint {
    const salt = this.#randomSalt();
    this.#blocks = undefined;
    this.#laid = undefined;
    const file = this.#open();
    this.#take(file, tailHeaderBytes);
    this.#writeWhole(file, encodeTailHeader(salt), 0);
    this.#files.sync(file);
    this.#name();
    this.#blocks = new TailBlocks(salt, { fromBytes: tailHeaderBytes, limitBytes });
    return salt;
  }

  /** Makes a batch ready to be written; false where it does not fit in. */
  lay(changes: readonly TailChange[]): boolean {
    this.#laid = this.#blocks?.lay(changes);
    if (this.#laid === undefined) return false;
    this.#take(this.#open(), this.#laid.offset + this.#laid.bytes.length);
    return true;
  }

  /** The batch that was laid is on disk when it returns. Once it has thrown nothing more may be written before `begin`. */
  write(): void {
    const laid = this.#laid;
    if (laid === undefined) throw new Error('no batch was laid');
    const file = this.#open();
    this.#writeWhole(file, laid.bytes, laid.offset);
    this.#files.sync(file);
    this.#blocks?.keep();
    this.#laid = undefined;
  }

  close(): void {
    if (this.#file !== undefined) this.#files.close(this.#file);
    this.#file = undefined;
  }

  /** Before it is closed; nothing where it was not opened. */
  remove(): void {
    if (this.#file !== undefined) this.#files.remove(this.#path);
  }

  #open(): number {
    return (this.#file ??= this.#files.open(this.#path));
  }

  /** That there is such a file is on the disk too. */
  #name(): void {
    if (this.#isNamed) return;
    this.#files.syncFolder(dirname(this.#path));
    this.#isNamed = true;
  }

  /**
   * Zeros rather than a hole, so that what is written over them has its place. Block by block, for the kernel keeps
   * what is written at once as one piece (a large folio), and counts all of it as written with each change of it.
   */
  #take(file: number, untilBytes: number): void {
    if (untilBytes <= this.#takenBytes) return;
    const stepBytes = Math.min(Math.max(this.#takenBytes, steps.firstBytes), steps.mostBytes);
    const toBytes = Math.ceil(untilBytes / stepBytes) * stepBytes;
    const block = Buffer.alloc(blockBytes);
    for (let at = this.#takenBytes; at < toBytes; at += blockBytes) this.#writeWhole(file, block, at);
    this.#files.sync(file);
    this.#takenBytes = toBytes;
  }

  /** One call may write less than it was given. */
  #writeWhole(file: number, bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) {
      const written = this.#files.write(file, bytes.subarray(done), position + done);
      if (written === 0) throw new Error(`nothing was written to ${this.#path}`);
      done += written;
    }
  }
}
