import type { Clock } from '../../platform/clock.ts';
import type { DocumentId } from '../store/document-id.ts';
import { DueQueue } from './due-queue.ts';
import type { SyncLimits } from './limits.ts';
import type { LiveDocument } from './live-document.ts';
import type { Peer } from './peer.ts';

export interface AbsencesOptions {
  readonly clock: Clock;
  readonly limits: Pick<SyncLimits, 'unavailableHoldMs' | 'unavailableHeld' | 'wantedPerPeer'>;
}

/** Who asked for documents that are not here. Ids that nobody has leave nothing behind but a place in a bounded list. */
export class Absences {
  readonly #options: AbsencesOptions;
  /** Not answered yet, for the document may still come. */
  readonly #held = new Map<Peer, DueQueue<LiveDocument>>();
  /** Answered, and to be pushed when they come: of each peer, the one asked for last at the end. */
  readonly #wanted = new Map<Peer, Set<DocumentId>>();
  readonly #seekers = new Map<DocumentId, readonly Peer[]>();

  constructor(options: AbsencesOptions) {
    this.#options = options;
  }

  /** Answers that are held. */
  get heldCount(): number {
    return this.#held.values().reduce((sum, { size }) => sum + size, 0);
  }

  /** Ids that are waited for. */
  get wantedCount(): number {
    return this.#seekers.size;
  }

  /** Tells the peer that the document is not here, later where it may still come. */
  hold(document: LiveDocument, peer: Peer): void {
    const { clock, limits } = this.#options;
    const onDue = (due: LiveDocument): void => due.tellMissing(peer);
    const held = this.#held.get(peer) ?? new DueQueue({ clock, delayMs: limits.unavailableHoldMs, onDue });
    this.#held.set(peer, held);
    if (held.size < limits.unavailableHeld) held.add(document);
    else document.tellMissing(peer);
  }

  /** Remembers that a peer wants a document; of too many, the one asked for longest ago is forgotten. */
  want(id: DocumentId, peer: Peer): void {
    const wanted = this.#wanted.get(peer) ?? new Set();
    this.#wanted.set(peer, wanted);
    if (wanted.delete(id)) wanted.add(id);
    else this.#add(id, peer, wanted);
  }

  /** Those who want a document, which is here now. */
  takeSeekers(id: DocumentId): readonly Peer[] {
    const seekers = this.#seekers.get(id) ?? nobody;
    if (seekers.length === 0) return nobody;
    this.#seekers.delete(id);
    for (const peer of seekers) this.#wanted.get(peer)?.delete(id);
    return seekers;
  }

  forget(peer: Peer): void {
    this.#held.get(peer)?.clear();
    this.#held.delete(peer);
    for (const id of this.#wanted.get(peer) ?? []) this.#removeSeeker(id, peer);
    this.#wanted.delete(peer);
  }

  #add(id: DocumentId, peer: Peer, wanted: Set<DocumentId>): void {
    wanted.add(id);
    this.#seekers.set(id, [...(this.#seekers.get(id) ?? nobody), peer]);
    if (wanted.size <= this.#options.limits.wantedPerPeer) return;
    const [oldest] = wanted;
    if (oldest === undefined) return;
    wanted.delete(oldest);
    this.#removeSeeker(oldest, peer);
  }

  #removeSeeker(id: DocumentId, peer: Peer): void {
    const others = this.#seekers.get(id)?.filter((seeker) => seeker !== peer) ?? nobody;
    if (others.length === 0) this.#seekers.delete(id);
    else this.#seekers.set(id, others);
  }
}

const nobody: readonly Peer[] = [];
