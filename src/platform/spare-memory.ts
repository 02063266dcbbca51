import { fullGC } from 'bun:jsc';
import type { Clock } from './clock.ts';
import { residentBytes } from './process-memory.ts';

/** The process as it looks to whoever watches its memory. */
export interface MemoryUser {
  /** CPU time it has used, in milliseconds. */
  cpuMs(): number;
  /** Undefined where the system does not tell just now. */
  heldBytes(): number | undefined;
  /** Finds what is not used any more, and gives it back to the system. Nothing else runs meanwhile. */
  collect(): void;
}

export const ownProcess: MemoryUser = {
  cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  heldBytes: residentBytes,
  collect: () => void fullGC(),
};

const lookMs = 500;
/** Using less than this between two looks it is quiet. */
const quietMs = 10;
/** Long enough that what is put off for some seconds after work is seen too. */
const quietLooks = 10;
/** What makes a collection worth its pause. */
const worthBytes = 8 * 2 ** 20;
/** The pause between two of them that brought nothing doubles, from one to the other. */
const shortRestMs = 10_000;
const longRestMs = 600_000;

/**
 * Has memory given back after work. The runtime collects while it allocates and rarely once it is idle, so that the
 * garbage of the last burst would stay; that is collected in the first quiet moment. Without work there is no timer.
 */
export class SpareMemory implements Disposable {
  readonly #clock: Clock;
  readonly #user: MemoryUser;
  /** What the process cannot do without, as far as was ever seen. */
  #leastBytes: number;
  /** Held before the collection whose outcome the next look shows. */
  #heldBefore: number | undefined;
  #cpuMs = 0;
  #looksLeft = 0;
  #restMs = lookMs;
  #hasWorked = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, user: MemoryUser) {
    this.#clock = clock;
    this.#user = user;
    this.#leastBytes = user.heldBytes() ?? Infinity;
  }

  /** Something is being done, or will be soon. */
  noteWork(): void {
    this.#hasWorked = true;
    if (this.#cancel) return;
    this.#cpuMs = this.#user.cpuMs();
    this.#looksLeft = quietLooks;
    this.#lookAfter(lookMs);
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
  }

  #lookAfter(delayMs: number): void {
    this.#cancel = this.#clock.after(delayMs, () => this.#look());
  }

  #look(): void {
    this.#cancel = undefined;
    const heldBytes = this.#user.heldBytes();
    if (heldBytes === undefined) return this.#lookAfter(shortRestMs);
    this.#leastBytes = Math.min(this.#leastBytes, heldBytes);
    if (this.#isToRest(heldBytes)) return this.#lookAfter(this.#restMs);
    if (!this.#isQuiet()) {
      this.#hasWorked = true;
      this.#looksLeft = quietLooks;
    } else {
      this.#looksLeft -= 1;
      this.#collectIfWorth(heldBytes);
    }
    if (this.#looksLeft > 0 || this.#heldBefore !== undefined) this.#lookAfter(lookMs);
  }

  /** Whether the last collection brought nothing. The system has taken the pages back by now. */
  #isToRest(heldBytes: number): boolean {
    if (this.#heldBefore === undefined) return false;
    const isFruitless = this.#heldBefore - heldBytes < worthBytes;
    this.#heldBefore = undefined;
    this.#restMs = isFruitless ? Math.min(Math.max(2 * this.#restMs, shortRestMs), longRestMs) : lookMs;
    return isFruitless;
  }

  #isQuiet(): boolean {
    const before = this.#cpuMs;
    this.#cpuMs = this.#user.cpuMs();
    return this.#cpuMs - before < quietMs;
  }

  #collectIfWorth(heldBytes: number): void {
    if (!this.#hasWorked || heldBytes - this.#leastBytes < worthBytes) return;
    this.#hasWorked = false;
    this.#heldBefore = heldBytes;
    this.#user.collect();
    this.#cpuMs = this.#user.cpuMs();
  }
}
