import { Failure } from '../failure.ts';
import { decide, type Action, type Policy } from '../access/access.ts';
import { parseDocumentId, type DocumentId } from '../store/document-id.ts';
import type { Heads } from '../store/document-store.ts';
import type { PeerRequest } from './gate.ts';
import { OpenDocuments, type OpenDocumentsOptions } from './open-documents.ts';
import type { Peer } from './peer.ts';
import { Presence } from './presence.ts';

export interface RequestsOptions extends Omit<OpenDocumentsOptions, 'may'> {
  readonly policies: readonly Policy[];
}

/** What is kept for requests. */
export interface RequestCounts {
  readonly documents: number;
  readonly heldAnswers: number;
  readonly wantedIds: number;
  readonly presenceSenders: number;
  readonly checks: number;
}

/** What joined peers ask for, and whether they may. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #documents: OpenDocuments;
  readonly #presence: Presence;

  constructor(options: RequestsOptions) {
    this.#options = options;
    const { clock, limits } = options;
    this.#documents = new OpenDocuments({
      ...options,
      may: (peer, action, documentId) => this.#may(peer, action, documentId),
    });
    const audience = (documentId: DocumentId): Iterable<Peer> => this.#audience(documentId);
    this.#presence = new Presence({ clock, limits: limits.presence, audience });
  }

  get counts(): RequestCounts {
    const { absences, checks, size } = this.#documents;
    return {
      documents: size,
      heldAnswers: absences.heldCount,
      wantedIds: absences.wantedCount,
      presenceSenders: this.#presence.senderCount,
      checks: checks.size,
    };
  }

  serve(peer: Peer, request: PeerRequest): void {
    switch (request.type) {
      case 'sync':
      case 'request':
        this.#sync(peer, request.documentId, request.data);
        return;
      case 'ephemeral':
        if (this.#may(peer, 'read', request.documentId)) this.#presence.relay(peer, request);
        return;
      case 'leave':
        peer.end(1000, 'the peer has left');
        return;
      case 'doc-unavailable':
      case 'remote-subscription-change':
      case 'remote-heads-changed':
        return; // Nothing here depends on what one peer says of others.
    }
  }

  /** A change of the owner's, to a document that is here; whether it has these heads. */
  async write(documentId: DocumentId, change: Uint8Array, on: Heads): Promise<boolean> {
    const { policies, namespace, store } = this.#options;
    const resource = { namespace, documentId };
    const decision = decide(policies, { subject: { kind: 'owner' }, action: 'write', resource });
    if (decision.kind === 'refused') throw new Failure('NotPermitted', decision.reason);
    if (!(await store.facts(documentId))) {
      throw new Failure('NotFound', `There is no ${documentId} in ${namespace}.`);
    }
    return this.#documents.open(documentId).write(change, on);
  }

  /** The peer is gone. */
  forget(peer: Peer): void {
    this.#documents.absences.forget(peer);
    this.#presence.forget(peer);
  }

  /** Has Automerge look, in the background, at what it did not get to before the server was stopped. */
  checkStored(): void {
    this.#documents.checks.addFound();
  }

  stopChecking(): void {
    this.#documents.checks.stop();
  }

  /** Resolves once no document is being worked on. */
  rest(): Promise<void> {
    return this.#documents.rest();
  }

  /** Some apps announce nothing to a server: their root document, at least, is asked for. */
  async askForRoot(peer: Peer): Promise<void> {
    const root = parseDocumentId(peer.session.rootDocumentUrl ?? '');
    if (!root || !this.#may(peer, 'write', root) || (await this.#options.store.facts(root))) return;
    if (peer.isJoined) this.#documents.open(root).ask(peer);
  }

  #sync(peer: Peer, documentId: DocumentId, data: Uint8Array): void {
    if (!this.#may(peer, 'read', documentId)) {
      peer.send({ type: 'doc-unavailable', senderId: this.#options.peerId, targetId: peer.name, documentId });
      return;
    }
    const known = this.#documents.get(documentId);
    const isNew = known === undefined || !peer.watched.has(known);
    if (isNew && peer.watched.size >= this.#options.limits.documentsPerPeer) {
      peer.refuse(
        'RateLimited',
        `a connection may have ${this.#options.limits.documentsPerPeer} documents open`,
      );
      return;
    }
    const document = known ?? this.#documents.open(documentId);
    const isTaken = document.watch(peer, { readOnly: !this.#may(peer, 'write', documentId) });
    if (isTaken) document.receive(peer, data);
    else peer.refuse('NotPermitted', 'what this device may do has changed; connect again');
  }

  *#audience(documentId: DocumentId): Iterable<Peer> {
    for (const peer of this.#documents.get(documentId)?.watchers() ?? []) {
      if (this.#may(peer, 'read', documentId)) yield peer;
    }
  }

  #may(peer: Peer, action: Action, documentId: DocumentId): boolean {
    const { deviceId, permission } = peer.session;
    const request = {
      subject: { kind: 'device', deviceId, permission },
      action,
      resource: { namespace: this.#options.namespace, documentId },
    } as const;
    return decide(this.#options.policies, request).kind === 'allowed';
  }
}
