import { toFailure } from '../failure.ts';
import { documentType, readChunks } from '../format/chunk.ts';
import type { Budget } from '../format/cost.ts';
import { unpack } from './take-in.ts';

const mostRefused = 256;
/** Of one change, so that all of them together hold up nobody. */
const budget: Budget = { inflatedBytes: 2 ** 20, operations: 100_000 };

/** Changes of a document that are in quarantine, and that peers may have got from here before. */
export class RefusedChanges {
  readonly #read: () => Promise<readonly Uint8Array[]>;
  #hashes: Set<string> | undefined;
  #isRead = false;

  /** From what is in quarantine, when it is asked for. */
  constructor(read: () => Promise<readonly Uint8Array[]>) {
    this.#read = read;
  }

  /** Whether none is in memory. */
  get isEmpty(): boolean {
    return this.#hashes === undefined;
  }

  has(hash: string): boolean {
    return this.#hashes?.has(hash) ?? false;
  }

  /** Whether there is any, those from before the document came into memory included. */
  async hasAny(): Promise<boolean> {
    if (!this.#isRead) {
      this.add(await this.#read());
      this.#isRead = true;
    }
    return !this.isEmpty;
  }

  add(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      if (readChunks(chunk)?.[0]?.type === documentType) continue;
      const hashes = (this.#hashes ??= new Set());
      if (hashes.size >= mostRefused) return;
      for (const hash of hashesOf(chunk)) hashes.add(hash);
    }
  }
}

/** None where it inflates to too much to look at. */
function hashesOf(chunk: Uint8Array): readonly string[] {
  try {
    return unpack([chunk], budget).changes.map(({ hash }) => hash);
  } catch (error) {
    if (toFailure(error).code === 'Internal') throw error;
    return [];
  }
}
