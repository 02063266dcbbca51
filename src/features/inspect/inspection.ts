import { Failure } from '../../core/failure.ts';
import type { Reader } from '../../core/store/reader.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import type { Terminal } from '../../platform/terminal.ts';

/** What every form of the command works with. */
export interface Inspection {
  readonly reader: Reader;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly damage: Damage;
}

/** What could not be read: told at once, so that the rest goes on, and counted for the end. */
export class Damage {
  readonly #terminal: Terminal;
  #count = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Notes that `what` could not be read and gives the sentence why; throws what is no damage of the store. */
  add(what: string, error: unknown): string {
    if (!(error instanceof Failure) || !passable.has(error.code)) throw error;
    this.#count += 1;
    const sentence = escapeUnprintable(error.message);
    this.#terminal.problem(sentence.startsWith(what) ? sentence : `${what}: ${sentence}`);
    return sentence;
  }

  /** `StoreDamaged` if anything was added. */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const what = this.#count === 1 ? 'One entry' : `${this.#count} entries`;
    throw new Failure('StoreDamaged', `${what} could not be read, as said above; everything else was.`);
  }
}

const passable: ReadonlySet<string> = new Set(['StoreDamaged', 'StoreUnavailable', 'Busy']);
