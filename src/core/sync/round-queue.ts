import type { Peer } from './peer.ts';

/** A sync message and who sent it. */
export interface Received<Sender> {
  readonly peer: Sender;
  readonly data: Uint8Array;
}

/** Does what a round has to do. */
export interface RoundRunner {
  /** Must not reject. */
  round(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer | undefined>): Promise<void>;
  /** Nothing waits any more. */
  rested(): void;
}

/** What waits for a document's next round. One round runs at a time; all that comes meanwhile shares the next. */
export class RoundQueue {
  readonly #runner: RoundRunner;
  readonly #toHear = new Set<Peer | undefined>();
  /** Called after the round in which those of `toHear` heard. */
  #heard: (() => void)[] = [];
  #inbox: Received<Peer>[] = [];
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

  receive(peer: Peer, data: Uint8Array): void {
    if (!peer.holdInbound(data.length)) return;
    this.#inbox.push({ peer, data });
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

  forget(peer: Peer): void {
    this.#toHear.delete(peer);
  }

  #work(): void {
    this.#working ??= this.#workOff();
  }

  async #workOff(): Promise<void> {
    await Promise.resolve(); // Nothing runs before `#working` is set.
    while (this.#inbox.length > 0 || this.#heard.length > 0) {
      const received = this.#inbox.splice(0);
      const heard = this.#heard.splice(0);
      const toHear = new Set([...this.#toHear, ...received.map(({ peer }) => peer)]);
      this.#toHear.clear();
      await this.#runner.round(received, toHear);
      for (const { peer, data } of received) peer.releaseInbound(data.length);
      for (const resolve of heard) resolve();
    }
    this.#working = undefined;
    this.#runner.rested();
  }
}
