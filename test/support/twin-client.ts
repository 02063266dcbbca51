import type * as Automerge from '@automerge/automerge';
import type { DocumentId } from '../../src/core/store/document-id.ts';
import { editedAtRandom } from './histories.ts';
import { HubPeer, sessionOf, type AnyHub } from './hub.ts';

type Library = typeof Automerge;
type Doc = Automerge.Doc<Record<string, unknown>>;

/** How a message travels. */
export type Passage = 'once' | 'twice' | 'after the next' | 'not at all';

export interface TwinOptions {
  readonly id: DocumentId;
  /** Of what it writes itself. */
  readonly actor: string;
}

/** One document as a client of a hub has it, in a network that loses and repeats messages and brings them in another order. */
export class TwinClient {
  readonly name: string;
  doc: Doc;
  readonly #library: Library;
  readonly #id: DocumentId;
  #state: Automerge.SyncState;
  #peer: HubPeer | undefined;
  #heard = 0;
  /** A message was lost or brought out of its order, which no connection does: it has to begin again. */
  isConfused = false;
  #late: Uint8Array | undefined;

  constructor(name: string, library: Library, { id, actor }: TwinOptions) {
    this.name = name;
    this.#library = library;
    this.#id = id;
    this.doc = library.init({ actor });
    this.#state = library.initSyncState();
  }

  get isConnected(): boolean {
    return this.#peer !== undefined;
  }

  /** Why the server closed the socket, if it did. */
  get closed(): string | undefined {
    return this.#peer?.closed?.reason;
  }

  /** All it has, as any Automerge reads it. */
  get saved(): Uint8Array {
    return this.#library.save(this.doc);
  }

  /** What its own Automerge shows of what it saved; live, both generations may show another of two values at once. */
  get shown(): unknown {
    return JSON.parse(JSON.stringify(this.#library.load(this.saved)));
  }

  /** Writes at random, on top of what it has; what it wrote. */
  write(random: (below: number) => number): readonly Uint8Array[] {
    const doc = editedAtRandom(this.doc, random, this.#library);
    const last = doc === this.doc ? undefined : this.#library.getLastLocalChange(doc);
    this.doc = doc;
    return last ? [last] : [];
  }

  gain(changes: readonly Uint8Array[]): void {
    [this.doc] = this.#library.applyChanges(this.doc, [...changes]);
  }

  /** On a new socket: with what both sides last agreed on, as clients that have a disk do, or without. */
  connect({ hub }: AnyHub, { remembers }: { readonly remembers: boolean }): void {
    this.drop();
    this.#peer = HubPeer.join(hub, sessionOf(this.name));
    const { decodeSyncState, encodeSyncState, initSyncState } = this.#library;
    this.#state = remembers ? decodeSyncState(encodeSyncState(this.#state)) : initSyncState();
    this.#heard = 0;
    this.#late = undefined;
    this.isConfused = false;
  }

  drop(): void {
    this.#peer?.connection.close(1006, 'the network is gone');
    this.#peer = undefined;
  }

  /** Says what there is to say; how many messages that was. */
  speak(passage: Passage = 'once'): number {
    if (!this.#peer) return 0;
    const [state, data] = this.#library.generateSyncMessage(this.doc, this.#state);
    this.#state = state;
    const late = this.#late;
    this.#late = undefined;
    if (data && passage === 'after the next') this.#late = data;
    const isOnItsWay = passage === 'once' || passage === 'twice';
    if (data && isOnItsWay) this.#peer.sync(this.#id, data);
    if (data && passage === 'twice') this.#peer.sync(this.#id, data);
    if (late) this.#peer.sync(this.#id, late);
    this.isConfused ||= data !== null && !isOnItsWay;
    return data ? 1 : 0;
  }

  /** Takes in what came; how many messages that was. */
  hear(passage: Passage = 'once'): number {
    const frames = this.#peer?.frames.slice(this.#heard) ?? [];
    this.#heard += frames.length;
    const messages = frames.flatMap(({ type, data }) =>
      type === 'sync' && data instanceof Uint8Array ? [data] : [],
    );
    if (passage === 'after the next' && messages.length > 1) this.isConfused = true;
    if (passage === 'not at all') {
      this.isConfused ||= messages.length > 0;
      return messages.length;
    }
    const order = passage === 'after the next' ? messages.toReversed() : messages;
    for (const data of order) {
      for (let left = passage === 'twice' ? 2 : 1; left > 0; left -= 1) {
        [this.doc, this.#state] = this.#library.receiveSyncMessage(this.doc, this.#state, data);
      }
    }
    return messages.length;
  }
}
