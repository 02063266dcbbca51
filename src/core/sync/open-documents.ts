import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { RateLimiter } from '../../platform/limits.ts';
import type { Action } from '../access/access.ts';
import { toFailure, type Failure } from '../failure.ts';
import type { Fence } from '../fence/fence.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { Absences } from './absences.ts';
import { Checks } from './checks.ts';
import type { DocumentCache } from './document-cache.ts';
import type { SyncLimits } from './limits.ts';
import { LiveDocument, type DocumentHost } from './live-document.ts';
import type { Peer } from './peer.ts';
import type { SyncMeasures } from './sync-measures.ts';
import { SyncFrames } from './sync-frames.ts';

export interface OpenDocumentsOptions {
  readonly namespace: Namespace;
  readonly store: DocumentStore;
  readonly fence: Fence;
  readonly cache: DocumentCache;
  readonly limits: SyncLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly measures: SyncMeasures;
  /** The id this server has in the namespace. */
  readonly peerId: string;
  may(peer: Peer, action: Action, documentId: DocumentId): boolean;
  /** Whether somebody else is here, who may bring what one peer asks for. */
  hasOthers(): boolean;
}

/** Each reason why nothing is stored. */
const refusalsLogged = { burst: 1, everyMs: 600_000, mostKeys: 4 };

/** The documents of a namespace that somebody follows or that are worked on, and those that somebody waits for. */
export class OpenDocuments implements DocumentHost {
  readonly store: DocumentStore;
  readonly fence: Fence;
  readonly limits: SyncLimits;
  readonly measures: SyncMeasures;
  readonly peerId: string;
  readonly frames: SyncFrames;
  readonly absences: Absences;
  readonly checks: Checks<DocumentId>;
  readonly #options: OpenDocumentsOptions;
  readonly #documents = new Map<DocumentId, LiveDocument>();
  readonly #refusals = new RateLimiter(refusalsLogged);

  constructor(options: OpenDocumentsOptions) {
    this.#options = options;
    const { clock, limits } = options;
    this.store = options.store;
    this.fence = options.fence;
    this.limits = limits;
    this.measures = options.measures;
    this.peerId = options.peerId;
    this.frames = new SyncFrames(options.peerId);
    this.absences = new Absences({ clock, limits });
    this.checks = new Checks({
      clock,
      soonMs: limits.openedAfterMs,
      laterMs: limits.judgedAfterMs,
      mostWaiting: limits.checksWaiting,
      check: (id) => this.open(id).check(),
      find: (limit) => this.#unchecked(limit),
    });
  }

  get size(): number {
    return this.#documents.size;
  }

  get(id: DocumentId): LiveDocument | undefined {
    return this.#documents.get(id);
  }

  open(id: DocumentId): LiveDocument {
    const known = this.#documents.get(id);
    if (known) return known;
    const document = new LiveDocument(id, this);
    this.#documents.set(id, document);
    return document;
  }

  /** Resolves once none is being worked on; for when every socket is ended. */
  async rest(): Promise<void> {
    await Promise.all([...this.#documents.values()].map((document) => document.rest()));
  }

  rested(document: LiveDocument): void {
    const { cache } = this.#options;
    if (document.isWatched) {
      cache.touch(document);
      return;
    }
    cache.drop(document);
    document.release();
    if (this.#documents.get(document.id) === document) this.#documents.delete(document.id);
  }

  unchecked({ id, judgementTurns }: LiveDocument, when: 'soon' | 'later'): void {
    if (when === 'soon') this.checks.addSoon(id);
    else this.checks.addLater(id, judgementTurns);
  }

  setAside({ id: documentId }: LiveDocument, reason: string): void {
    const { log, namespace } = this.#options;
    this.measures.damage.add('quarantined');
    log.warn('Something of {documentId} in {namespace} is in quarantine: {reason}', {
      documentId,
      namespace,
      reason,
    });
  }

  damaged({ id: documentId }: LiveDocument, reason: string): void {
    const { log, namespace } = this.#options;
    this.measures.damage.add('unreadable');
    const sentence =
      '{documentId} in {namespace} is damaged in the store, and served without what is lost: {reason}';
    log.error(sentence, { documentId, namespace, reason });
  }

  mayRead(document: LiveDocument, peer: Peer): boolean {
    return this.#options.may(peer, 'read', document.id);
  }

  missing(document: LiveDocument, peer: Peer): void {
    if (this.#options.hasOthers()) this.absences.hold(document, peer);
    else document.tellMissing(peer);
  }

  toldMissing(document: LiveDocument, peer: Peer): void {
    this.absences.want(document.id, peer);
    peer.leave(document);
  }

  arrived(document: LiveDocument): void {
    for (const peer of this.absences.takeSeekers(document.id)) {
      document.expect(peer, { readOnly: !this.#options.may(peer, 'write', document.id) });
    }
  }

  fault(document: LiveDocument, error: unknown): void {
    const { log, namespace } = this.#options;
    this.measures.faults += 1;
    // Automerge was not asked, maybe, about what is stored by now.
    if (isPassing(error)) this.checks.addLater(document.id);
    if (this.#wasSaid(toFailure(error))) return;
    log.error('A message about {documentId} in {namespace} could not be served: {error}', {
      error,
      documentId: document.id,
      namespace,
    });
  }

  /** On a full disk everybody comes upon the same again and again, and the log may lie on that disk. */
  #wasSaid({ code, message }: Failure): boolean {
    return code === 'StoreReadOnly' && !this.#refusals.take(message, this.#options.clock.now());
  }

  async #unchecked(limit: number): Promise<readonly DocumentId[]> {
    try {
      return await this.store.unchecked(limit);
    } catch (error) {
      this.#options.log.error('It is not known what waits to be opened: {error}', { error });
      return [];
    }
  }
}

function isPassing(error: unknown): boolean {
  const { code } = toFailure(error);
  return code === 'Busy' || code === 'StoreUnavailable';
}
