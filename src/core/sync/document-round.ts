import { joined } from '../graph/conversation.ts';
import type { SyncMessage } from '../format/sync-message.ts';
import type { Heads } from '../store/document-store.ts';
import { sameHeads } from '../store/heads.ts';
import { AskedFence } from './asked-fence.ts';
import { DocumentSpeech } from './document-speech.ts';
import { DurableDocument } from './durable-document.ts';
import type { DurableListener } from './durable-host.ts';
import type { DocumentHost, LiveDocument } from './live-document.ts';
import type { Peer } from './peer.ts';
import { Reception } from './reception.ts';
import type { Received, RoundRunner } from './round-queue.ts';
import { turnAway } from './turn-away.ts';
import type { Watcher, Watchers } from './watchers.ts';

interface Taken {
  /** Whether anything came. */
  readonly hasNews: boolean;
  /** What was known to be stored before. */
  readonly heads: readonly string[];
}

const nobody: ReadonlySet<undefined> = new Set();

/**
 * What happens in a round of one document. A round is a transaction: all that peers sent while the last one ran is taken in,
 * made durable, and only then acknowledged and forwarded.
 */
export class DocumentRound implements RoundRunner, DurableListener {
  readonly durable: DurableDocument;
  readonly speech: DocumentSpeech;
  readonly #document: LiveDocument;
  readonly #watchers: Watchers;
  readonly #host: DocumentHost;
  readonly #fence: AskedFence;
  readonly #reception: Reception;
  #isCompacting = false;

  constructor(document: LiveDocument, watchers: Watchers, host: DocumentHost) {
    this.#document = document;
    this.#watchers = watchers;
    this.#host = host;
    this.#fence = new AskedFence(host.fence);
    const ground = { store: host.store, fence: this.#fence, limits: host.limits };
    this.durable = new DurableDocument(document.id, ground, this);
    this.#reception = new Reception(this.durable, ground);
    this.speech = new DocumentSpeech(document, this.durable, host);
  }

  get isCompacting(): boolean {
    return this.#isCompacting;
  }

  claimRefused(reason: string): void {
    this.#reception.refuseClaim(reason);
    this.#host.setAside(this.#document, reason);
  }

  changesRefused(chunks: readonly Uint8Array[], reason: string): void {
    this.#reception.refuseChanges(chunks, reason);
    this.#host.setAside(this.#document, reason);
  }

  damaged(reason: string): void {
    this.#host.damaged(this.#document, reason);
  }

  unwritten(error: unknown): void {
    this.#host.fault(this.#document, error);
  }

  rested(): void {
    if (!this.#isCompacting) this.#host.rested(this.#document);
  }

  /** The peer follows the document no longer. */
  forget(peer: Peer): void {
    this.#reception.forget(peer);
  }

  /** Whether it remembers what the store does not: who sent what Automerge has not looked at, and what it refused. */
  get isNeeded(): boolean {
    return !this.durable.isOpened || this.#reception.isNeeded;
  }

  /** Most messages say that all has arrived. False where it takes a round to answer. */
  answerAtOnce(peer: Peer, message: SyncMessage): boolean {
    const { isKnown, isOpened } = this.durable;
    const watcher = this.#watchers.get(peer);
    return isKnown && isOpened && watcher !== undefined && this.speech.agree(watcher, message);
  }

  /** What cannot be taken in is told to the host and to the peers that sent it. */
  async round(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer | undefined>): Promise<void> {
    const askedBefore = this.#fence.awaitedCount;
    try {
      await this.#answer(await this.#takeIn(received), toHear);
    } catch (error) {
      this.#fail(received, toHear, error);
    }
    const hasAsked = this.#fence.awaitedCount > askedBefore;
    this.#host.measures.answers.add(hasAsked ? 'automerge' : 'graph', received.length);
  }

  /**
   * Takes in a change of the owner's that was made on these heads, and tells everybody. False where they are others by now;
   * rejects where it cannot be.
   */
  async write(change: Uint8Array, on: Heads): Promise<boolean> {
    if (!this.durable.isKnown) await this.durable.look();
    const { heads } = this.durable;
    if (!sameHeads(heads, on)) return false;
    try {
      const hasNews = await this.#reception.takeInOwn(change);
      await this.#answer({ hasNews, heads }, nobody);
      return true;
    } catch (error) {
      this.durable.forget(); // Memory may be ahead of the disk.
      throw error;
    }
  }

  /** On disk when it resolves. */
  async #takeIn(received: readonly Received<Peer>[]): Promise<Taken> {
    if (!this.durable.isKnown) await this.durable.look();
    const { heads } = this.durable;
    const guests = this.#reception.greet(received, this.#watchers);
    const hasNews = await this.#reception.takeIn(guests);
    for (const { watcher, message, intake } of guests) {
      watcher.unanswered = joined(watcher.unanswered, { message, intake });
    }
    return { hasNews, heads };
  }

  /** From here on each is told by itself: what cannot be said to one must not keep the others from hearing. */
  async #answer({ hasNews, heads }: Taken, toHear: ReadonlySet<Peer | undefined>): Promise<void> {
    if (hasNews) this.#host.arrived(this.#document);
    const isCheck = toHear.has(undefined);
    if (!this.durable.isOpened) await this.#openWhereNeeded(isCheck);
    const found = this.durable.heads;
    const isForAll = hasNews || isCheck || !sameHeads(heads, found);
    const listeners = this.#watchers.list.filter(
      ({ peer, unanswered }) => isForAll || unanswered !== undefined || toHear.has(peer),
    );
    await this.#tell(listeners);
    // What is damaged is found when the graph is made: who has it may bring it.
    if (!sameHeads(found, this.durable.heads)) await this.#tell(this.#watchers.list);
    if (isCheck) await this.#check();
    this.speech.forget();
    if (hasNews) this.#askForCheck();
  }

  /** Those who follow the edits first: who has nothing yet may have to wait for Automerge. */
  async #tell(watchers: readonly Watcher[]): Promise<void> {
    const newcomers: Watcher[] = [];
    for (const watcher of watchers) {
      if (watcher.held === undefined || watcher.held.length === 0) newcomers.push(watcher);
      else await this.#tellOne(watcher);
    }
    for (const newcomer of newcomers) await this.#tellOne(newcomer);
  }

  async #tellOne(watcher: Watcher): Promise<void> {
    const { peer } = watcher;
    if (!peer.isJoined) return; // It has left meanwhile.
    try {
      const saying = this.speech.tellNews(watcher);
      if (saying) await saying;
    } catch (error) {
      this.#host.fault(this.#document, error);
      turnAway(peer, this.speech, error);
    }
  }

  /** A claim is opened at once where somebody beside its sender wants the document. */
  async #openWhereNeeded(isCheck: boolean): Promise<void> {
    if (this.durable.heads.length === 0) return;
    const { claimant } = this.#reception;
    const isAwaited = this.#watchers.list.some(
      ({ peer }) => peer !== claimant && peer.isReadyFor(this.#document),
    );
    try {
      if (isAwaited) await this.durable.graph('awaited');
      else if (isCheck) await this.durable.open();
    } catch (error) {
      this.#postpone(error);
    }
  }

  async #check(): Promise<void> {
    try {
      if (this.durable.isLoose) this.#compact();
      else if (this.durable.isToBeJudged) {
        await this.durable.judge('background');
        this.#reception.senders.forget();
        await this.#tell(this.#watchers.list);
      }
    } catch (error) {
      this.#postpone(error);
    }
  }

  /** What nobody waits for failed, and is tried again. Who waits for it as well is told so when it is served. */
  #postpone(error: unknown): void {
    this.#host.fault(this.#document, error);
    this.#host.unchecked(this.#document, 'later');
  }

  #askForCheck(): void {
    const { isOpened, isLoose, isToBeJudged } = this.durable;
    if (!isOpened || isLoose) this.#host.unchecked(this.#document, 'soon');
    else if (isToBeJudged) this.#host.unchecked(this.#document, 'later');
  }

  /** Beside the rounds: nobody waits for it, and it changes nothing that is said. */
  #compact(): void {
    if (this.#isCompacting) return;
    this.#isCompacting = true;
    void this.durable
      .compact()
      .then((isDone) => this.#host.unchecked(this.#document, isDone ? 'later' : 'soon'))
      .catch((error: unknown) => this.#host.fault(this.#document, error))
      .finally(() => {
        this.#isCompacting = false;
        if (!this.#document.isBusy) this.rested();
      });
  }

  /** Memory may be ahead of the disk now: forget it, and let those who sent come again. */
  #fail(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer | undefined>, error: unknown): void {
    this.durable.forget();
    this.#host.fault(this.#document, error);
    for (const peer of new Set([...received.map((one) => one.peer), ...toHear])) {
      if (peer) turnAway(peer, this.speech, error);
    }
  }
}
