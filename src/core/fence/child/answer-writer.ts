import { writeSync } from 'node:fs';
import type { Clock } from '../../../platform/clock.ts';

/** The server must see that the child gets on; it need not wake for every small answer. */
const longestHoldMs = 10;
const mostHeldBytes = 2 ** 16;

/** Writes answers to a file descriptor, those that follow quickly on one another in one go. */
export class AnswerWriter {
  readonly #file: number;
  readonly #clock: Clock;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #writtenAt = 0;

  constructor(file: number, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  write(answer: Uint8Array): void {
    this.#held.push(answer);
    this.#heldBytes += answer.length;
    const heldMs = Math.abs(this.#clock.now() - this.#writtenAt);
    if (this.#heldBytes > mostHeldBytes || heldMs > longestHoldMs) this.flush();
  }

  flush(): void {
    const [only, ...others] = this.#held;
    if (only === undefined) return;
    const bytes = others.length === 0 ? only : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    this.#writtenAt = this.#clock.now();
  }
}
