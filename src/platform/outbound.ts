import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { OutboundError } from './outbound-error.ts';
import { findAddresses, systemResolve, type Address, type Resolve } from './outbound-target.ts';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface OutboundOptions {
  /** Exact `host[:port]` names that may have private addresses, over http where those are loopback. */
  readonly privateHosts: readonly string[];
  /** For the whole exchange, name resolution to last byte; 5 s. */
  readonly timeoutMs?: number;
  /** Of an answer's body; 64 KiB. */
  readonly limitBytes?: number;
  readonly resolve?: Resolve;
  /** In PEM, instead of those of the system. */
  readonly certificateAuthority?: string;
}

/**
 * The only way out: https to public addresses, checked before connecting and connected to as checked, so that a name
 * cannot lead elsewhere the second time it is asked. Redirects are errors. Throws OutboundError.
 */
export function createOutbound(options: OutboundOptions): Fetch {
  const { timeoutMs = 5000, limitBytes = 64 * 1024, resolve = systemResolve } = options;
  const rules = { privateHosts: options.privateHosts, resolve };
  return async (input, init) => {
    const url = parseUrl(input instanceof Request ? input.url : input);
    const timeout = AbortSignal.timeout(timeoutMs);
    const exchange = async () => {
      const given = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      const signal = given ? AbortSignal.any([timeout, given]) : timeout;
      signal.throwIfAborted();
      const addresses = await beforeAbort(findAddresses(url, rules), signal);
      const request = input instanceof Request ? new Request(input, init) : new Request(url.href, init);
      const answer = await send({ url, request, addresses, signal, ca: options.certificateAuthority });
      return toResponse(url, answer, limitBytes);
    };
    return exchange().catch((error: unknown) => {
      if (error instanceof OutboundError) throw error;
      if (timeout.aborted) throw new OutboundError('slow', describeSlow(url, timeoutMs), { cause: error });
      if (init?.signal?.aborted) throw error;
      throw new OutboundError('unreachable', describeUnreachable(url, error), { cause: error });
    });
  };
}

function parseUrl(text: string | URL): URL {
  const url = URL.parse(String(text));
  if (url === null) throw new OutboundError('forbidden', `"${String(text).slice(0, 80)}" is not a URL.`);
  return url;
}

/** `fetch` as libraries want it: Bun's type of the global has one method more. */
export function toGlobalFetch(fetch: Fetch): typeof globalThis.fetch {
  return Object.assign((input: string | URL | Request, init?: RequestInit) => fetch(input, init), {
    preconnect() {},
  });
}

interface Sending {
  readonly url: URL;
  readonly request: Request;
  readonly addresses: readonly Address[];
  readonly signal: AbortSignal;
  readonly ca: string | undefined;
}

/** One request on a connection of its own: a pooled one may lead to an address that was not checked. */
async function send({ url, request, addresses, signal, ca }: Sending): Promise<IncomingMessage> {
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = {
    method: request.method,
    headers: { ...Object.fromEntries(request.headers), 'accept-encoding': 'identity' },
    agent: false,
    signal,
    lookup: (_name, { all }, done) => {
      const [first] = addresses;
      if (all || first === undefined) done(null, [...addresses]);
      else done(null, first.address, first.family);
    },
  };
  const outgoing =
    url.protocol === 'https:'
      ? https.request(
          url,
          { ...options, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
          resolve,
        )
      : http.request(url, options, resolve);
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

async function toResponse(url: URL, answer: IncomingMessage, limitBytes: number): Promise<Response> {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    answer.destroy();
    const location = URL.parse(answer.headers.location ?? '', url.href) ?? undefined;
    const sentence = `${url.host} answered with a redirect, which is not followed.`;
    throw new OutboundError('redirect', sentence, { location });
  }
  const body = await readBody(url, answer, limitBytes);
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const hasBody = status !== 204 && status !== 205;
  return new Response(hasBody ? body : null, { status, statusText: answer.statusMessage ?? '', headers });
}

async function readBody(url: URL, answer: IncomingMessage, limitBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const bytes of answer as AsyncIterable<Uint8Array>) {
    sizeBytes += bytes.length;
    if (sizeBytes > limitBytes) {
      answer.destroy();
      throw new OutboundError('large', `${url.host} answered with more than ${limitBytes} bytes.`);
    }
    chunks.push(bytes);
  }
  if (!answer.complete) throw new OutboundError('unreachable', `${url.host} broke off its answer.`);
  return Buffer.concat(chunks);
}

function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([promise, aborted]);
}

function describeSlow(url: URL, timeoutMs: number): string {
  return `${url.host} gave no complete answer within ${timeoutMs / 1000} s.`;
}

function describeUnreachable(url: URL, error: unknown): string {
  return `${url.host} could not be reached: ${error instanceof Error ? error.message : String(error)}.`;
}
