import {
  generateSyncMessage,
  hasOurChanges,
  initSyncState,
  receiveSyncMessage,
  type Doc,
} from '@automerge/automerge';
import { decode, encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { eventually } from './eventually.ts';

export type Frame = Readonly<Record<string, unknown>>;

/** A client that may send anything: the websocket protocol by hand. */
export class RawPeer {
  readonly peerId: string;
  readonly frames: Frame[] = [];
  readonly #socket: WebSocket;
  #closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(socket: WebSocket, peerId: string) {
    this.#socket = socket;
    this.peerId = peerId;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) =>
      this.frames.push(decode(new Uint8Array(data as ArrayBuffer))),
    );
    socket.addEventListener('close', ({ code, reason }) => (this.#closed = { code, reason }));
  }

  /** An upgraded socket that has said nothing yet. */
  static async connect(
    url: string,
    peerId = `raw-${crypto.randomUUID()}`,
    headers: Record<string, string> = {},
  ): Promise<RawPeer> {
    const socket = new WebSocket(url, { headers });
    const peer = new RawPeer(socket, peerId);
    await eventually(
      'the socket opens',
      () => socket.readyState === WebSocket.OPEN || peer.#closed !== undefined,
    );
    return peer;
  }

  static async join(url: string, peerId?: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(url, peerId);
    peer.send({ type: 'join', senderId: peer.peerId, supportedProtocolVersions: ['1'], peerMetadata: {} });
    await peer.next((frame) => frame['type'] === 'peer');
    return peer;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  send(frame: unknown): void {
    this.sendBytes(encode(frame));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(new Uint8Array(bytes));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** Sends a whole document under this id, as a stock client does, until the server says that it has its heads. */
  async upload(documentId: string, doc: Doc<unknown>): Promise<void> {
    let state = initSyncState();
    let heard = 0;
    for (let round = 0; round < 10; round++) {
      const [next, data] = generateSyncMessage(doc, state);
      state = next;
      if (data) this.send({ type: 'sync', senderId: this.peerId, documentId, data });
      const frame = await eventually('the server answers', () => this.#about(documentId)[heard]);
      heard += 1;
      [doc, state] = receiveSyncMessage(doc, state, frame['data'] as Uint8Array);
      if (hasOurChanges(doc, state)) return;
    }
    throw new Error(`the server did not take ${documentId}`);
  }

  #about(documentId: string): readonly Frame[] {
    return this.frames.filter((frame) => frame['documentId'] === documentId && frame['type'] === 'sync');
  }

  /** The first frame, of those come or coming, that fits. */
  next(fits: (frame: Frame) => boolean): Promise<Frame> {
    return eventually('the frame arrives', () => this.frames.find(fits));
  }

  closing(): Promise<{ readonly code: number; readonly reason: string }> {
    return eventually('the server closes the socket', () => this.#closed);
  }

  close(): void {
    this.#socket.close();
  }
}
