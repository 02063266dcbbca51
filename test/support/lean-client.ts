import * as Automerge from '@automerge/automerge';
import { generateAutomergeUrl, parseAutomergeUrl } from '@automerge/automerge-repo';
import { decode, encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { eventually } from './eventually.ts';

export type Fields = Record<string, unknown>;

interface Closing {
  readonly code: number;
  readonly reason: string;
}

interface Held {
  doc: Automerge.Doc<Fields>;
  state: Automerge.SyncState;
}

/**
 * A client that syncs as fast as the server answers, without the pauses of a stock one, and remembers what
 * the server told it: every head it heard of must be on disk by then.
 */
export class LeanClient {
  readonly #peerId = `lean-${crypto.randomUUID()}`;
  readonly #socket: WebSocket;
  readonly #held = new Map<string, Held>();
  readonly #told = new Map<string, Set<string>>();
  readonly #unavailable = new Set<string>();
  /** Sync messages and requests, and the bytes of their frames. */
  sent = 0;
  sentBytes = 0;
  heard = 0;
  heardBytes = 0;
  #isJoined = false;
  #closed: Closing | undefined;
  /** Called after each frame about a document. */
  onFrame: (documentId: string) => void = () => {};

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('message', ({ data }) => {
      const bytes = new Uint8Array(data as ArrayBuffer);
      const frame = decode<Readonly<Fields>>(bytes);
      if (frame['type'] === 'sync') {
        this.heard += 1;
        this.heardBytes += bytes.length;
      }
      this.#take(frame);
    });
    this.#socket.addEventListener('close', ({ code, reason }) => {
      this.#closed = { code, reason };
    });
    this.#socket.addEventListener('open', () =>
      this.#send({ type: 'join', supportedProtocolVersions: ['1'] }),
    );
  }

  static async connect(url: string): Promise<LeanClient> {
    const client = new LeanClient(url);
    await eventually('the server answers join', () => client.#isJoined);
    return client;
  }

  get isClosed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  /** How the server closed it. */
  get closed(): Closing | undefined {
    return this.#closed;
  }

  get documentIds(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** The heads that the server said it has, or sent changes up to, of each document. */
  get told(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#told;
  }

  create(fields: Fields): string {
    const { documentId } = parseAutomergeUrl(generateAutomergeUrl());
    this.adopt(documentId, Automerge.from(fields));
    return documentId;
  }

  /** Brings a document along that was made elsewhere, or before. */
  adopt(documentId: string, doc: Automerge.Doc<Fields>): void {
    this.#held.set(documentId, { doc, state: Automerge.initSyncState() });
    this.#speak(documentId, 'sync');
  }

  change(documentId: string, edit: (fields: Fields) => void): void {
    const held = this.#held.get(documentId);
    if (!held) throw new Error(`${documentId} is not here`);
    held.doc = Automerge.change(held.doc, edit);
    this.#speak(documentId, 'sync');
  }

  /** Asks for a document. */
  follow(documentId: string): void {
    if (this.#held.has(documentId)) return;
    this.#held.set(documentId, { doc: Automerge.init(), state: Automerge.initSyncState() });
    this.#speak(documentId, 'request');
  }

  /** Asks for a document and waits for all that the server has of it; undefined where it has none. */
  async find(documentId: string): Promise<Automerge.Doc<Fields> | undefined> {
    this.follow(documentId);
    const found = await eventually(`${documentId} is sent or said to be missing`, () => {
      const held = this.#held.get(documentId);
      const theirHeads = held?.state.theirHeads ?? [];
      if (held && theirHeads.length > 0) return Automerge.hasHeads(held.doc, theirHeads) && { doc: held.doc };
      return this.#unavailable.has(documentId) && { doc: undefined };
    });
    return found.doc;
  }

  /** The document as far as it has arrived; undefined where nothing has. */
  document(documentId: string): Automerge.Doc<Fields> | undefined {
    const doc = this.#held.get(documentId)?.doc;
    return doc && Automerge.getHeads(doc).length > 0 ? doc : undefined;
  }

  close(): void {
    this.onFrame = () => {};
    this.#socket.close();
  }

  /** Gives the memory of every document back. */
  free(): void {
    for (const { doc } of this.#held.values()) Automerge.free(doc);
    this.#held.clear();
  }

  #take(frame: Readonly<Fields>): void {
    const { type, documentId, data } = frame;
    if (type === 'peer') this.#isJoined = true;
    if (typeof documentId !== 'string') return;
    const held = this.#held.get(documentId);
    if (type === 'doc-unavailable') this.#unavailable.add(documentId);
    if ((type === 'sync' || type === 'request') && held && data instanceof Uint8Array) {
      [held.doc, held.state] = Automerge.receiveSyncMessage(held.doc, held.state, data);
      const told = this.#told.get(documentId) ?? new Set();
      for (const head of held.state.theirHeads ?? []) told.add(head);
      this.#told.set(documentId, told);
      this.#speak(documentId, 'sync');
    }
    this.onFrame(documentId);
  }

  #speak(documentId: string, type: 'sync' | 'request'): void {
    const held = this.#held.get(documentId);
    if (!held) return;
    const [state, data] = Automerge.generateSyncMessage(held.doc, held.state);
    held.state = state;
    if (data) this.#send({ type, documentId, data });
  }

  #send(frame: Readonly<Fields>): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const bytes = new Uint8Array(encode({ ...frame, senderId: this.#peerId }));
    if (frame['type'] !== 'join') {
      this.sent += 1;
      this.sentBytes += bytes.length;
    }
    this.#socket.send(bytes);
  }
}
