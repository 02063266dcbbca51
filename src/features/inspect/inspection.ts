import { Failure } from '../../core/failure.ts';
import type { Reader } from '../../core/store/reader.ts';
import type { Paint } from '../../platform/colour.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import type { Terminal } from '../../platform/terminal.ts';

/** What every form of the command works with. */
export interface Inspection {
  readonly reader: Reader;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** For a program. */
  readonly isJson: boolean;
  readonly damage: Damage;
}

/** What lines are made for. */
export interface Page {
  readonly width: number;
  readonly paint: Paint;
}

const widthElsewhere = 160;

/** How wide the lines of a listing may be. What goes into a pipe or a file is read by programs too: one line an entry. */
export function lineWidth({ isScreen, width }: Terminal): number {
  return isScreen ? width : Math.max(width, widthElsewhere);
}

/** What could not be read: the rest goes on, and the sentences come after it, for they would stand between its lines. */
export class Damage {
  readonly #terminal: Terminal;
  /** What is met twice is one piece of damage. */
  readonly #problems = new Set<string>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Notes that `what` could not be read and gives the sentence why; throws what is no damage of the store. */
  add(what: string, error: unknown): string {
    if (!(error instanceof Failure) || !passable.has(error.code)) throw error;
    const sentence = escapeUnprintable(error.message);
    const problem = sentence.startsWith(what) ? sentence : `${what}: ${sentence}`;
    this.#problems.add(problem);
    return sentence;
  }

  /** Says what was added. */
  tell(): void {
    for (const problem of this.#problems) this.#terminal.problem(problem);
  }

  /** `StoreDamaged` if anything was added. */
  throwIfAny(): void {
    const { size } = this.#problems;
    if (size === 0) return;
    const what = size === 1 ? 'One entry' : `${size} entries`;
    throw new Failure('StoreDamaged', `${what} could not be read, as said above; everything else was.`);
  }
}

const passable: ReadonlySet<string> = new Set(['StoreDamaged', 'StoreUnavailable', 'Busy']);
