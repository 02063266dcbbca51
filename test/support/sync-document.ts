import * as Automerge from '@automerge/automerge';
import { generateAutomergeUrl, parseAutomergeUrl } from '@automerge/automerge-repo';
import { parseDocumentId, type DocumentId } from '../../src/core/store/document-id.ts';
import { eventually } from './eventually.ts';
import type { HubPeer } from './hub.ts';

/** What a client sends that has nothing: no heads, no need, one empty have, no changes. */
export const emptySync = new Uint8Array([0x42, 0, 0, 1, 0, 0, 0]);

export function newDocumentId(): DocumentId {
  const id = parseDocumentId(parseAutomergeUrl(generateAutomergeUrl()).documentId);
  if (!id) throw new Error('automerge-repo made an id that is none');
  return id;
}

/** One document as a client of a hub has it, speaking Automerge's sync protocol by hand. */
export class SyncDocument {
  readonly id: DocumentId;
  doc: Automerge.Doc<Record<string, unknown>>;
  readonly #peer: HubPeer;
  #state = Automerge.initSyncState();
  #heard = 0;

  constructor(peer: HubPeer, id: DocumentId = newDocumentId(), content?: Record<string, unknown>) {
    this.#peer = peer;
    this.id = id;
    this.doc = content ? Automerge.from(content) : Automerge.init();
  }

  get content(): Record<string, unknown> {
    return JSON.parse(JSON.stringify(this.doc)) as Record<string, unknown>;
  }

  get isHeld(): boolean {
    return Automerge.hasOurChanges(this.doc, this.#state);
  }

  change(edit: (content: Record<string, unknown>) => void): void {
    this.doc = Automerge.change(this.doc, edit);
  }

  /** Says what there is to say now. */
  speak(): void {
    const [state, data] = Automerge.generateSyncMessage(this.doc, this.#state);
    this.#state = state;
    if (data) this.#peer.sync(this.id, data);
  }

  /** Takes in what came, without an answer. */
  hear(): void {
    for (const frame of this.#peer.about(this.id).slice(this.#heard)) {
      this.#heard += 1;
      const { type, data } = frame;
      if ((type !== 'sync' && type !== 'request') || !(data instanceof Uint8Array)) continue;
      [this.doc, this.#state] = Automerge.receiveSyncMessage(this.doc, this.#state, data);
    }
  }

  /** Exchanges messages until the server says that it has all of this document. */
  async upload(): Promise<void> {
    await eventually(`the server has ${this.id}`, () => {
      this.hear();
      if (this.isHeld) return true;
      this.speak();
      return false;
    });
  }

  /** Exchanges messages until this side has what `check` wants. */
  async until(check: (content: Record<string, unknown>) => boolean): Promise<void> {
    await eventually(`${this.id} arrives`, () => {
      this.speak();
      this.hear();
      return check(this.content);
    });
  }
}
