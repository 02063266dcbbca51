import * as Automerge from '@automerge/automerge';
import type { DocumentId } from '../../src/core/store/document-id.ts';
import { HubPeer, sessionOf, type AnyHub } from './hub.ts';

type Content = Record<string, unknown>;

/** A client with documents of its own that outlive its connections, speaking Automerge's sync protocol by hand. */
export class Editor {
  readonly name: string;
  readonly documents = new Map<DocumentId, Automerge.Doc<Content>>();
  /** The heads the server said it has, by document: what it acknowledged. */
  readonly acknowledged = new Map<DocumentId, Set<string>>();
  #states = new Map<DocumentId, Automerge.SyncState>();
  #peer: HubPeer | undefined;
  #heard = 0;

  constructor(name: string, ids: readonly DocumentId[]) {
    this.name = name;
    for (const id of ids) this.documents.set(id, Automerge.init());
  }

  get isConnected(): boolean {
    return this.#peer !== undefined && this.#peer.closed === undefined;
  }

  edit(id: DocumentId, key: string, value: unknown): void {
    const doc = this.documents.get(id) ?? Automerge.init<Content>();
    this.documents.set(
      id,
      Automerge.change(doc, (content) => void (content[key] = value)),
    );
  }

  /** Joins on a new socket; what the old one was told counts for nothing. */
  connect({ hub }: AnyHub): void {
    this.#peer = HubPeer.join(hub, sessionOf(this.name));
    this.#states = new Map();
    this.#heard = 0;
  }

  drop(): void {
    this.#peer?.connection.close(1006, 'the network is gone');
    this.#peer = undefined;
  }

  /** Whether the socket takes what it is sent, or queues it until told otherwise. */
  setSlow(isSlow: boolean): void {
    if (!this.#peer) return;
    this.#peer.sendResult = isSlow ? -1 : 1;
    if (!isSlow) this.#peer.connection.drain();
  }

  /** Says what there is to say; how many messages that was. */
  speak(): number {
    if (!this.#peer || !this.isConnected) return 0;
    let count = 0;
    for (const [id, doc] of this.documents) {
      const before = this.#states.get(id) ?? Automerge.initSyncState();
      const [state, data] = Automerge.generateSyncMessage(doc, before);
      this.#states.set(id, state);
      if (!data) continue;
      this.#peer.sync(id, data);
      count += 1;
    }
    return count;
  }

  /** Takes in what came; how many messages that was. */
  hear(): number {
    const frames = this.#peer?.frames.slice(this.#heard) ?? [];
    this.#heard += frames.length;
    let count = 0;
    for (const { type, documentId, data } of frames) {
      if (type !== 'sync' || !(data instanceof Uint8Array)) continue;
      for (const [id, doc] of this.documents) if (id === documentId) this.#take(id, doc, data);
      count += 1;
    }
    return count;
  }

  #take(id: DocumentId, doc: Automerge.Doc<Content>, data: Uint8Array): void {
    const known = this.acknowledged.get(id) ?? new Set();
    this.acknowledged.set(id, known);
    for (const head of Automerge.decodeSyncMessage(data).heads) known.add(head);
    const state = this.#states.get(id) ?? Automerge.initSyncState();
    const [next, nextState] = Automerge.receiveSyncMessage(doc, state, data);
    this.documents.set(id, next);
    this.#states.set(id, nextState);
  }
}
