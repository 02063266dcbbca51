import { createHash, randomBytes } from 'node:crypto';
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Address } from './outbound-target.ts';
import { binaryFrame, closeFrame, FrameReader, type SocketEvent } from './websocket-frames.ts';

export interface TrialTarget {
  /** `https:` or `http:`, as the handshake is a request (RFC 6455 §4.1). */
  readonly url: URL;
  /** Where its name leads, already looked up and checked. */
  readonly address: Address;
  /** For all of it, handshake to close. */
  readonly timeoutMs: number;
  /** In PEM, instead of those of the system. */
  readonly certificateAuthority?: string | undefined;
}

/** What came of a handshake: an open socket, the answer that it is none, or why nothing came, as the rest of a sentence. */
export type Trial =
  | { readonly kind: 'open'; readonly socket: TrialSocket }
  | { readonly kind: 'answer'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: string };

const largestMessageBytes = 1024 * 1024;
/** That nobody asked for yet; whoever sends more is not answering us. */
const mostWaiting = 16;

/**
 * A WebSocket opened step by step: Bun's own tells neither what refused a handshake nor lets one choose the address.
 * Redirects are answers like any other.
 */
export function tryWebSocket(target: TrialTarget): Promise<Trial> {
  const { url, address, certificateAuthority: ca } = target;
  const { promise, resolve } = Promise.withResolvers<Trial>();
  const signal = AbortSignal.timeout(target.timeoutMs);
  const key = randomBytes(16).toString('base64');
  const options: RequestOptions = {
    agent: false,
    signal,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
    },
    lookup: (_name, { all }, done) => {
      if (all) done(null, [address]);
      else done(null, address.address, address.family);
    },
  };
  const request =
    url.protocol === 'https:'
      ? https.request(url, { ...options, ...(ca && { ca }) })
      : http.request(url, options);
  request.on('upgrade', ({ headers }: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (headers['sec-websocket-accept'] === acceptOf(key)) {
      return resolve({ kind: 'open', socket: new TrialSocket(stream, head, signal) });
    }
    stream.destroy();
    resolve({ kind: 'failed', why: 'the answer is not one to this handshake (Sec-WebSocket-Accept)' });
  });
  request.on('response', (answer) => {
    answer.destroy();
    resolve({ kind: 'answer', status: answer.statusCode ?? 0 });
  });
  request.on('error', (error) =>
    resolve({ kind: 'failed', why: signal.aborted ? 'nothing answered' : error.message }),
  );
  request.end();
  return promise;
}

/** What proves that an answer is one to the handshake with this key (RFC 6455 §4.2.2). */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** The client's end of a WebSocket that was opened for a trial. */
export class TrialSocket implements Disposable {
  readonly #stream: Duplex;
  readonly #reader = new FrameReader(largestMessageBytes);
  readonly #events: SocketEvent[] = [];
  #isOver = false;
  #wake: () => void = () => {};

  constructor(stream: Duplex, head: Buffer, signal: AbortSignal) {
    this.#stream = stream;
    stream.on('data', (bytes: Buffer) => this.#take(bytes));
    for (const name of ['end', 'close', 'error']) stream.on(name, () => this.#end());
    signal.addEventListener('abort', () => this.#end());
    if (head.length > 0) this.#take(head);
  }

  send(bytes: Uint8Array): void {
    this.#stream.write(binaryFrame(bytes));
  }

  /** What comes next; undefined once the connection is gone, or the time is up. */
  async next(): Promise<SocketEvent | undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined || this.#isOver) return event;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  [Symbol.dispose](): void {
    this.#end();
    this.#stream.end(closeFrame(1000));
    this.#stream.destroy();
  }

  #take(bytes: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#events.push(...this.#reader.take(bytes));
    } catch {
      // Whoever sends more than the other side could have sent is not that side.
      this.#isOver = true;
    }
    if (this.#events.length > mostWaiting) this.#isOver = true;
    this.#wake();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}
