import * as Automerge from '@automerge/automerge';
import { generateAutomergeUrl, parseAutomergeUrl } from '@automerge/automerge-repo';
import { decode, encode } from '@automerge/automerge-repo/helpers/cbor.js';

interface Held {
  doc: Automerge.Doc<{ n: number }>;
  state: Automerge.SyncState;
}

/** One connection, from the attempt to its end; times as `performance` has them. */
interface Visit {
  readonly triedAt: number;
  /** When the server was known to have all of ours. */
  syncedAt?: number;
  endedAt?: number;
  code?: number;
}

/**
 * As stock adapters come back: with the same URL, some time after the end of the last connection, for ever; and with documents that they
 * have not on disk, so that each is asked after anew. Lean enough for thousands of them in one process.
 */
export class ReturningClient implements Disposable {
  readonly #url: string;
  readonly #retryMs: number;
  readonly #peerId = `returning-${crypto.randomUUID()}`;
  readonly #held = new Map<string, Held>();
  readonly visits: Visit[] = [];
  #socket: WebSocket | undefined;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(url: string, { retryMs, documents }: { readonly retryMs: number; readonly documents: number }) {
    this.#url = url;
    this.#retryMs = retryMs;
    for (let n = 0; n < documents; n++) {
      const { documentId } = parseAutomergeUrl(generateAutomergeUrl());
      this.#held.set(documentId, { doc: Automerge.from({ n }), state: Automerge.initSyncState() });
    }
    this.#connect();
  }

  get documents(): ReadonlyMap<string, { readonly doc: Automerge.Doc<{ n: number }> }> {
    return this.#held;
  }

  get last(): Visit {
    return this.visits.at(-1) ?? { triedAt: Number.NaN };
  }

  /** Whether it is connected and the server has all of ours. */
  get isSynced(): boolean {
    return this.last.syncedAt !== undefined && this.last.endedAt === undefined;
  }

  /** Writes into every document, also while it is alone. */
  change(): void {
    for (const [documentId, held] of this.#held) {
      held.doc = Automerge.change(held.doc, (content) => void (content.n += 1));
      this.#speak(documentId, held);
    }
    delete this.last.syncedAt;
    this.#noteWhereSynced();
  }

  #connect(): void {
    if (this.#isOver) return;
    const visit: Visit = { triedAt: performance.now() };
    this.visits.push(visit);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => this.#send({ type: 'join', supportedProtocolVersions: ['1'] }));
    socket.addEventListener('message', ({ data }) => this.#take(decode(new Uint8Array(data as ArrayBuffer))));
    socket.addEventListener('close', ({ code }) => {
      Object.assign(visit, { endedAt: performance.now(), code });
      this.#timer = setTimeout(() => this.#connect(), this.#retryMs);
    });
  }

  #take({ type, documentId, data }: Readonly<Record<string, unknown>>): void {
    if (type === 'peer') {
      for (const [id, held] of this.#held) {
        held.state = Automerge.initSyncState();
        this.#speak(id, held);
      }
    }
    const held = this.#held.get(String(documentId));
    if (type !== 'sync' || !held || !(data instanceof Uint8Array)) return;
    [held.doc, held.state] = Automerge.receiveSyncMessage(held.doc, held.state, data);
    this.#speak(String(documentId), held);
    this.#noteWhereSynced();
  }

  #speak(documentId: string, held: Held): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const [state, data] = Automerge.generateSyncMessage(held.doc, held.state);
    held.state = state;
    if (data) this.#send({ type: 'sync', documentId, data });
  }

  #noteWhereSynced(): void {
    if (this.last.syncedAt !== undefined) return;
    if ([...this.#held.values()].every(({ doc, state }) => Automerge.hasOurChanges(doc, state)))
      this.last.syncedAt = performance.now();
  }

  #send(frame: Readonly<Record<string, unknown>>): void {
    this.#socket?.send(new Uint8Array(encode({ ...frame, senderId: this.#peerId })));
  }

  /** Leaves for good. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    for (const { doc } of this.#held.values()) Automerge.free(doc);
  }
}
