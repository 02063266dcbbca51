import type { Clock } from '../../platform/clock.ts';
import { DueQueue } from './due-queue.ts';

export interface ChecksOptions<Id> {
  readonly clock: Clock;
  /** How long what is to be looked at soon, or only later, waits for more of it. */
  readonly soonMs: number;
  readonly laterMs: number;
  /** How many may wait; the rest is found again once those are done. */
  readonly mostWaiting: number;
  /** Looks at one. Must not reject. */
  check(id: Id): Promise<void>;
  /** The first of those that were never looked at. Must not reject. */
  find(limit: number): Promise<readonly Id[]>;
}

/** What is opened behind the fence at a time: enough that it never waits for us. */
const mostAtOnce = 32;

/** So many times what may wait is asked for, where most of it cannot be done. */
const mostPasses = 10;

/** Works through documents that have to be looked at, in the background, each once at a time. */
export class Checks<Id> {
  readonly #options: ChecksOptions<Id>;
  readonly #waiting = new Set<Id>();
  readonly #soon: DueQueue<Id>;
  readonly #later: DueQueue<Id>;
  /** How often those of `later` wait once more. */
  readonly #turnsLeft = new Map<Id, number>();
  /** Found before, and still not done: not tried for ever. Until nothing else is found. */
  #tried = new Set<Id>();
  #running = 0;
  /** There are more than those that wait. */
  #hasMore = false;
  #isStopped = false;

  constructor(options: ChecksOptions<Id>) {
    this.#options = options;
    const { clock, soonMs, laterMs } = options;
    this.#soon = new DueQueue({ clock, delayMs: soonMs, onDue: (id) => this.add(id) });
    this.#later = new DueQueue({ clock, delayMs: laterMs, onDue: (id) => this.#endTurn(id) });
  }

  /** Those that wait, and those that are being looked at. */
  get size(): number {
    return this.#waiting.size + this.#soon.size + this.#later.size + this.#running;
  }

  add(id: Id): void {
    if (this.#isStopped) return;
    if (this.#waiting.size < this.#options.mostWaiting) this.#waiting.add(id);
    else this.#findAgain(id);
    this.#next();
  }

  /** One that goes on changing is looked at all the same. */
  addSoon(id: Id): void {
    this.#later.delete(id);
    this.#turnsLeft.delete(id);
    this.#addTo(this.#soon, id);
  }

  /** One that is dear waits for some turns; one that waits already keeps its time. */
  addLater(id: Id, turns = 1): void {
    if (this.#soon.has(id) || this.#later.has(id)) return;
    this.#addTo(this.#later, id);
    if (turns > 1 && this.#later.has(id)) this.#turnsLeft.set(id, turns - 1);
  }

  /** Looks at what was never looked at. */
  addFound(): void {
    if (this.#isStopped) return;
    this.#hasMore = true;
    this.#next();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#hasMore = false;
    this.#waiting.clear();
    this.#soon.clear();
    this.#later.clear();
    this.#turnsLeft.clear();
  }

  #endTurn(id: Id): void {
    const turns = this.#turnsLeft.get(id);
    this.#turnsLeft.delete(id);
    if (turns === undefined) this.add(id);
    else this.addLater(id, turns);
  }

  #addTo(queue: DueQueue<Id>, id: Id): void {
    if (this.#isStopped) return;
    if (queue.size < this.#options.mostWaiting) queue.add(id);
    else this.#findAgain(id);
  }

  #findAgain(id: Id): void {
    this.#tried.delete(id);
    this.#hasMore = true;
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (this.#running >= mostAtOnce) return;
      this.#waiting.delete(id);
      this.#run(this.#options.check(id));
    }
    if (this.#hasMore && this.#running === 0) this.#run(this.#find());
  }

  #run(work: Promise<void>): void {
    this.#running += 1;
    void work.finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #find(): Promise<void> {
    this.#hasMore = false;
    const { mostWaiting } = this.#options;
    const most = Math.min(mostWaiting + this.#tried.size, mostWaiting * mostPasses);
    const found = await this.#options.find(most);
    const tried = found.filter((id) => this.#tried.has(id));
    const fresh = found.filter((id) => !this.#tried.has(id)).slice(0, mostWaiting);
    this.#tried = new Set(fresh.length > 0 ? [...tried, ...fresh] : []);
    if (this.#isStopped) return;
    for (const id of fresh) this.#waiting.add(id);
    this.#hasMore ||= fresh.length > 0;
  }
}
