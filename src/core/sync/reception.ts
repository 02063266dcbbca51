import { Failure, toFailure } from '../failure.ts';
import type { Change } from '../format/change.ts';
import type { DocumentChunk } from '../format/document.ts';
import type { SyncMessage } from '../format/sync-message.ts';
import type { Intake } from '../graph/conversation.ts';
import { sameHeads } from '../store/heads.ts';
import { DocumentIntake, type IntakeOptions } from './document-intake.ts';
import type { DurableDocument } from './durable-document.ts';
import type { Peer } from './peer.ts';
import { RefusedChanges } from './refused-changes.ts';
import type { Received } from './round-queue.ts';
import { Senders } from './senders.ts';
import { tooManyHeads, type Luggage } from './take-in.ts';
import type { Watcher, Watchers } from './watchers.ts';

/** A message of this round, with what came of its changes. */
export interface Guest {
  readonly watcher: Watcher;
  /** Without its changes, once they were taken in. */
  message: SyncMessage;
  intake: Intake;
}

const noLuggage: Luggage = { changes: [], documents: [] };

/** What is left of a change once it is in the graph: what it inflated to is not kept. */
type NewChange = Pick<Change, 'bytes' | 'hash'>;

export const nothingTaken: Intake = { hasChanges: false, hasNews: false, missing: [] };
const changesUntaken: Intake = { ...nothingTaken, hasChanges: true };

/** Takes what peers sent of one document apart, and into it. Each is judged by itself: what is wrong is held against its sender. */
export class Reception {
  readonly #durable: DurableDocument;
  readonly #options: IntakeOptions;
  #claimant: Peer | undefined;
  /** Of the changes that were taken in since they were last judged. */
  readonly senders = new Senders();
  /** Changes that are in quarantine. */
  readonly #refused: RefusedChanges;
  readonly #intake: DocumentIntake;

  constructor(durable: DurableDocument, options: IntakeOptions) {
    this.#durable = durable;
    this.#options = options;
    this.#refused = new RefusedChanges(() => durable.quarantined());
    this.#intake = new DocumentIntake(durable, this.#refused, options);
  }

  /** Whose word alone the stored document stands on, until it is opened. */
  get claimant(): Peer | undefined {
    return this.#claimant;
  }

  /** The peer is gone. */
  forget(peer: Peer): void {
    this.senders.delete(peer);
    if (this.#claimant === peer) this.#claimant = undefined;
  }

  /** Whether it remembers something of those who sent. */
  get isNeeded(): boolean {
    return !this.#refused.isEmpty || !this.senders.isEmpty;
  }

  /** What was stored on somebody's word is not what it claims, and is set aside. */
  refuseClaim(reason: string): void {
    this.#claimant?.refuse('ProtocolViolation', `Automerge cannot open the document it sent: ${reason}`);
    this.#claimant = undefined;
  }

  /**
   * Automerge refuses changes that were taken in. Who sent them is closed; who got them from here before they were judged
   * offers them again, and is not.
   */
  refuseChanges(chunks: readonly Uint8Array[], reason: string): void {
    this.senders.refuse(chunks, reason);
    this.#refused.add(chunks);
  }

  /**
   * Takes in a change of the owner's, on disk when it resolves; whether it is new. Rejects with why it cannot be taken in,
   * and nothing of it is.
   */
  async takeInOwn(change: Uint8Array): Promise<boolean> {
    const taken = await this.#intake.takeIn(await this.#intake.unpack([change]));
    if (taken?.refused) throw taken.refused;
    if (taken && taken.missing.length > 0) {
      throw new Failure('InvalidRequest', 'This change builds on changes that are not here.');
    }
    if (!taken || taken.news.length === 0) return false;
    await this.#durable.append(taken.news);
    return true;
  }

  /** The messages of those who are still here. */
  greet(received: readonly Received<Peer>[], watchers: Watchers): readonly Guest[] {
    const guests: Guest[] = [];
    for (const { peer, message } of received) {
      const watcher = watchers.get(peer);
      if (!watcher) continue;
      const intake = message.changes.length > 0 ? changesUntaken : nothingTaken;
      guests.push({ watcher, message, intake });
    }
    return guests;
  }

  /** Takes the changes of these messages in, on disk when it resolves; whether anything came. */
  async takeIn(guests: readonly Guest[]): Promise<boolean> {
    let hasClaim = false;
    const news: NewChange[] = [];
    const refused = new Set<Peer>();
    for (const guest of guests) {
      const { peer } = guest.watcher;
      if (refused.has(peer)) continue;
      // One after the other: only one message at a time is in memory inflated.
      const luggage = await this.#unpack(guest);
      if (guest.message.changes.length > 0) guest.message = { ...guest.message, changes: [] };
      if (!luggage) {
        refused.add(peer);
        continue;
      }
      const claim = news.length === 0 ? this.#claimOf(luggage) : undefined;
      if (claim) {
        hasClaim = (await this.#claim(guest, claim)) || hasClaim;
        continue;
      }
      try {
        news.push(...(await this.#takeInOf(guest, luggage)));
      } catch (error) {
        refuse(peer, error);
      }
    }
    if (news.length > 0) await this.#durable.append(news);
    return hasClaim || news.length > 0;
  }

  /** Nothing of a peer that may only read; undefined where it is refused. */
  async #unpack({ watcher: { peer, isReadOnly }, message }: Guest): Promise<Luggage | undefined> {
    if (isReadOnly) return noLuggage;
    try {
      return await this.#intake.unpack(message.changes);
    } catch (error) {
      refuse(peer, error);
      return undefined;
    }
  }

  /** The whole new document that a message brings, where it brings that and nothing else. */
  #claimOf({ changes, documents }: Luggage): DocumentChunk | undefined {
    const [document, ...others] = documents;
    const isAlone = others.length === 0 && changes.length === 0;
    const isNew = this.#durable.heads.length === 0;
    return isNew && isAlone && (document?.heads.length ?? 0) > 0 ? document : undefined;
  }

  /** Whether it is stored. */
  async #claim(guest: Guest, { bytes, heads }: DocumentChunk): Promise<boolean> {
    const most = this.#options.limits.headsPerDocument;
    if (heads.length > most) {
      refuse(guest.watcher.peer, tooManyHeads(most));
      return false;
    }
    await this.#durable.claim(bytes, heads);
    this.#claimant = guest.watcher.peer;
    guest.intake = { hasChanges: true, hasNews: true, missing: [] };
    return true;
  }

  async #takeInOf(guest: Guest, luggage: Luggage): Promise<readonly NewChange[]> {
    if (luggage.changes.length + luggage.documents.length === 0 || this.#isKnown(luggage)) return [];
    const taken = await this.#intake.takeIn(luggage);
    if (!taken) return [];
    const { peer } = guest.watcher;
    this.senders.note(peer, taken.news);
    guest.intake = { hasChanges: true, hasNews: taken.news.length > 0, missing: taken.missing };
    if (taken.refused) refuse(peer, taken.refused);
    return taken.news.map(({ bytes, hash }) => ({ bytes, hash }));
  }

  /** A whole document that is stored already, sent once more. */
  #isKnown({ changes, documents }: Luggage): boolean {
    const { heads, isOpened } = this.#durable;
    return isOpened && changes.length === 0 && documents.every((one) => sameHeads(one.heads, heads));
  }
}

function refuse(peer: Peer, error: unknown): void {
  const { code, message } = toFailure(error);
  if (code === 'Internal') throw error;
  peer.refuse(code, message);
}
