import type { SyncMessage } from '../format/sync-message.ts';
import type { Peer } from './peer.ts';

/** A sync message and who sent it. */
export interface Received<Sender> {
  readonly peer: Sender;
  readonly message: SyncMessage;
  /** Of the bytes it came in, which it is made of views of. */
  readonly sizeBytes: number;
}

/** Does what a round has to do. */
export interface RoundRunner {
  /** Must not reject. */
  round(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer | undefined>): Promise<void>;
  /** Nothing waits any more. */
  rested(): void;
}

const nobody: ReadonlySet<undefined> = new Set();

/** What waits for a document's next round. One round runs at a time; all that comes meanwhile shares the next. */
export class RoundQueue {
  readonly #runner: RoundRunner;
  #toHear = new Set<Peer | undefined>();
  /** Called after the round in which those of `toHear` heard. */
  #heard: (() => void)[] = [];
  #inbox: Received<Peer>[] = [];
  /** What runs alone, before the next round. */
  #alone: (() => Promise<void>)[] = [];
  #working: Promise<void> | undefined;

  constructor(runner: RoundRunner) {
    this.#runner = runner;
  }

  get isWorking(): boolean {
    return this.#working !== undefined;
  }

  /** Resolves once nothing waits to be worked on. */
  async rest(): Promise<void> {
    await this.#working;
  }

  receive(received: Received<Peer>): void {
    if (!received.peer.holdInbound(received.sizeBytes)) return;
    this.#inbox.push(received);
    this.#work();
  }

  /** Has the peer told what there is to say, or a round without anybody; resolves after that round. */
  hear(peer: Peer | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#toHear.add(peer);
    this.#heard.push(resolve);
    this.#work();
    return promise;
  }

  /** Runs `work` while no round does, and settles as it does. */
  runAlone<Result>(work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<Result>();
    this.#alone.push(async () => {
      const done = work();
      resolve(done);
      await done.catch(() => {}); // Who asked for it is told.
    });
    this.#work();
    return promise;
  }

  forget(peer: Peer): void {
    this.#toHear.delete(peer);
  }

  #work(): void {
    this.#working ??= this.#workOff();
  }

  async #workOff(): Promise<void> {
    await Promise.resolve(); // Nothing runs before `#working` is set.
    for (;;) {
      for (let run = this.#alone.shift(); run; run = this.#alone.shift()) await run();
      if (this.#inbox.length === 0 && this.#heard.length === 0) break;
      const [received, heard] = [this.#inbox, this.#heard];
      const toHear = heard.length > 0 ? this.#toHear : nobody;
      this.#inbox = [];
      if (heard.length > 0) [this.#heard, this.#toHear] = [[], new Set()];
      await this.#runner.round(received, toHear);
      for (const { peer, sizeBytes } of received) peer.releaseInbound(sizeBytes);
      for (const resolve of heard) resolve();
    }
    this.#working = undefined;
    this.#runner.rested();
  }
}
