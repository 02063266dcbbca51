import type { Compacted, DocumentFence, Extracted, Opened } from '../fence/fence.ts';
import type { Urgency } from '../fence/job.ts';
import type { Judgement } from '../fence/judge.ts';

/** The fence as one document asks it: remembers how often somebody waited for the answer. */
export class AskedFence implements DocumentFence {
  readonly #fence: DocumentFence;
  #awaitedCount = 0;

  constructor(fence: DocumentFence) {
    this.#fence = fence;
  }

  get awaitedCount(): number {
    return this.#awaitedCount;
  }

  open(chunk: Uint8Array, urgency: Urgency): Promise<Opened> {
    this.#note(urgency);
    return this.#fence.open(chunk, urgency);
  }

  extract(chunks: readonly Uint8Array[], hashes: readonly string[]): Promise<Extracted> {
    this.#note('awaited');
    return this.#fence.extract(chunks, hashes);
  }

  compact(chunks: readonly Uint8Array[]): Promise<Compacted> {
    return this.#fence.compact(chunks);
  }

  judge(
    chunks: readonly Uint8Array[],
    additions: readonly Uint8Array[],
    urgency: Urgency,
  ): Promise<Judgement> {
    this.#note(urgency);
    return this.#fence.judge(chunks, additions, urgency);
  }

  #note(urgency: Urgency): void {
    if (urgency === 'awaited') this.#awaitedCount += 1;
  }
}
