import type { Clock } from '../../platform/clock.ts';
import type { Supervisor } from '../../platform/supervisor.ts';

type State = Parameters<Supervisor['tell']>[0];

const startingEveryMs = 10_000;
/** What it may take from one word to the next while the server starts. */
const startPatienceUs = 60_000_000;
const unwatchedEveryMs = 30_000;
/** One that is late is no reason to be killed. */
const wordsWithinPatience = 3;

/**
 * Tells whoever supervises this process how it does, over and over and from its own event loop: silence says that it
 * hangs. Nothing else does, for a full disk, a long piece of Automerge's work or a network that is away are cured by no
 * restart. Each word says everything, so that one that is lost is no loss.
 */
export class Heartbeat implements Disposable {
  readonly #supervisor: Supervisor | undefined;
  readonly #clock: Clock;
  #say: () => State = () => ({ EXTEND_TIMEOUT_USEC: startPatienceUs, STATUS: 'Opening the documents.' });
  #everyMs = startingEveryMs;
  #cancel: () => void = () => {};

  constructor(supervisor: Supervisor | undefined, clock: Clock) {
    this.#supervisor = supervisor;
    this.#clock = clock;
    this.beat();
  }

  /** From now on it listens; `describe` says how it does, in a line. */
  ready(describe: () => string): void {
    const patienceMs = this.#supervisor?.patienceMs;
    this.#everyMs = patienceMs === undefined ? unwatchedEveryMs : patienceMs / wordsWithinPatience;
    this.#say = () => ({ READY: 1, WATCHDOG: 1, STATUS: describe() });
    this.beat();
  }

  /** The last word. */
  stopping(): void {
    this[Symbol.dispose]();
    this.#supervisor?.tell({ STOPPING: 1, STATUS: 'Stopping: sockets close.' });
  }

  /** Says it now, and again in a while. */
  beat(): void {
    if (this.#supervisor === undefined) return;
    this.#cancel();
    this.#supervisor.tell(this.#say());
    this.#cancel = this.#clock.after(this.#everyMs, () => this.beat());
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }
}
