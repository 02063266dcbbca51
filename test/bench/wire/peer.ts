import { decodeFrame, encodeBytes, encodeList, encodeMap, encodeText, type Frame } from './cbor.ts';

type Listener = (frame: Frame) => void;

const joinPatienceMs = 60_000;

/** One connection to a server under test: the protocol of automerge-repo's websocket adapter, without documents. */
export class Peer {
  readonly #socket: WebSocket;
  readonly #peerId = `bench-${crypto.randomUUID()}`;
  readonly #listeners = new Map<string, Listener>();
  readonly #joined = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<never>();
  #serverId = '';

  private constructor(url: string) {
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.addEventListener('open', () => this.#send(joinFrame(this.#peerId)));
    socket.addEventListener('message', ({ data }) => this.#take(decodeFrame(data as unknown as Buffer)));
    socket.addEventListener('close', ({ code, reason }) => {
      this.#ended.reject(new Error(`the server closed the socket: ${code} ${reason}`));
    });
    socket.addEventListener('error', () => this.#ended.reject(new Error('the server refused the socket')));
    // Who waits for something races against it; nobody has to.
    this.#ended.promise.catch(() => {});
  }

  /** A peer whose `join` was answered. */
  static async join(url: string): Promise<Peer> {
    const peer = new Peer(url);
    const timeout = setTimeout(
      () => peer.#ended.reject(new Error('the server does not answer join')),
      joinPatienceMs,
    );
    try {
      await Promise.race([peer.#joined.promise, peer.#ended.promise]);
      return peer;
    } catch (error) {
      peer.close();
      throw error;
    } finally {
      clearTimeout(timeout);
    }
  }

  /** Rejects once the socket has ended; never resolves. */
  get ended(): Promise<never> {
    return this.#ended.promise;
  }

  /** Hears every frame about a document, until another listener takes its place. */
  listen(documentId: string, listener: Listener): void {
    this.#listeners.set(documentId, listener);
  }

  ignore(documentId: string): void {
    this.#listeners.delete(documentId);
  }

  send(type: 'sync' | 'request', documentId: string, message: Buffer): void {
    this.#send(documentFrame({ type, senderId: this.#peerId, documentId, data: message }, this.#serverId));
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(bytes: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  #take(frame: Frame): void {
    if (frame.type === 'peer') {
      this.#serverId = frame.senderId;
      this.#joined.resolve();
    }
    this.#listeners.get(frame.documentId)?.(frame);
  }
}

export function joinFrame(senderId: string): Buffer {
  return encodeMap([
    ['type', encodeText('join')],
    ['senderId', encodeText(senderId)],
    ['peerMetadata', encodeMap([])],
    ['supportedProtocolVersions', encodeList([encodeText('1')])],
  ]);
}

export function documentFrame({ type, senderId, documentId, data }: Frame, targetId: string): Buffer {
  return encodeMap([
    ['type', encodeText(type)],
    ['senderId', encodeText(senderId)],
    ['targetId', encodeText(targetId)],
    ['documentId', encodeText(documentId)],
    ['data', encodeBytes(data)],
  ]);
}
