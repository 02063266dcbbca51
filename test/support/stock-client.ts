import { getHeads, type Doc } from '@automerge/automerge';
import { Repo, type AutomergeUrl } from '@automerge/automerge-repo';
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket';
import { Repo as Repo1 } from 'stock-1-repo';
import { BrowserWebSocketClientAdapter as WebSocketClientAdapter1 } from 'stock-1-websocket';
import { eventually } from './eventually.ts';

export const generations = ['2.5.6', '1.2.1'] as const;
export type Generation = (typeof generations)[number];
export type Content = Record<string, unknown>;

/** One document in a stock client. */
export interface StockDocument {
  readonly url: string;
  /** A plain copy of what the client has now. */
  content(): Content;
  /** The hashes of the latest changes it has. */
  heads(): readonly string[];
  change(edit: (content: Content) => void): void;
  broadcast(message: unknown): void;
  onBroadcast(listener: (message: unknown) => void): void;
}

/** A stock automerge-repo client, of either generation, with its own websocket adapter and nothing on disk. */
export interface StockClient {
  readonly generation: Generation;
  create(content: Content): StockDocument;
  /** The document once the client has it; rejects where the server says that it is unavailable. */
  find(url: string): Promise<StockDocument>;
  /** Speaks to the server at this URL too, with everything it has. */
  connect(url: string): void;
  /** Resolves once the server has answered `join`. */
  ready(): Promise<void>;
  /** Resolves once the client has noticed that no server is there. */
  alone(): Promise<void>;
  /** Leaves for good. */
  close(): void;
}

const retryMs = 250;

/** Connects to the server at this URL, and again with the same URL whenever the connection ends. */
export function connectStock(generation: Generation, url: string): StockClient {
  return generation === '2.5.6' ? connectCurrent(url) : connectFirst(url);
}

interface Handle {
  readonly url: string;
  change(edit: (content: Content) => void): void;
  broadcast(message: unknown): void;
  on(event: 'ephemeral-message', listener: (payload: { readonly message: unknown }) => void): unknown;
}

function wrap(handle: Handle, read: () => unknown): StockDocument {
  return {
    url: handle.url,
    content: () => structuredClone(read()) as Content,
    heads: () => getHeads(read() as Doc<unknown>),
    change: (edit) => handle.change(edit),
    broadcast: (message) => handle.broadcast(message),
    onBroadcast: (listener) => void handle.on('ephemeral-message', ({ message }) => listener(message)),
  };
}

function connectCurrent(url: string): StockClient {
  const adapters = [new WebSocketClientAdapter(url, retryMs)];
  const repo = new Repo({ network: [...adapters] });
  return {
    generation: '2.5.6',
    create(content) {
      const handle = repo.create<Content>(content);
      return wrap(handle, () => handle.doc());
    },
    async find(documentUrl) {
      const handle = await repo.find<Content>(documentUrl as AutomergeUrl);
      return wrap(handle, () => handle.doc());
    },
    connect(next) {
      const adapter = new WebSocketClientAdapter(next, retryMs);
      adapters.push(adapter);
      repo.networkSubsystem.addNetworkAdapter(adapter);
    },
    ready: () => untilConnected(() => repo.peers.length),
    alone: () => untilAlone(() => repo.peers.length),
    close: () => adapters.forEach(retire),
  };
}

function connectFirst(url: string): StockClient {
  const adapters = [new WebSocketClientAdapter1(url, retryMs)];
  const repo = new Repo1({ network: [...adapters] });
  return {
    generation: '1.2.1',
    create(content) {
      const handle = repo.create<Content>(content);
      return wrap(handle, () => handle.docSync());
    },
    async find(documentUrl) {
      const handle = repo.find<Content>(documentUrl as never);
      if ((await handle.doc()) === undefined) throw new Error(`${documentUrl} is unavailable`);
      return wrap(handle, () => handle.docSync());
    },
    connect(next) {
      const adapter = new WebSocketClientAdapter1(next, retryMs);
      adapters.push(adapter);
      repo.networkSubsystem.addNetworkAdapter(adapter);
    },
    ready: () => untilConnected(() => repo.peers.length),
    alone: () => untilAlone(() => repo.peers.length),
    close: () => adapters.forEach(retire),
  };
}

async function untilConnected(peerCount: () => number): Promise<void> {
  await eventually('the server answered join', () => peerCount() > 0);
}

async function untilAlone(peerCount: () => number): Promise<void> {
  await eventually('the client noticed that the server is gone', () => peerCount() === 0);
}

interface Retirable {
  readonly retryInterval: number;
  readonly socket?: { readonly readyState: number } | undefined;
  disconnect(): void;
}

/** A stock adapter that lost its server tries again for ever; this one does not. */
export function retire(adapter: Retirable): void {
  Object.assign(adapter, { retryInterval: 0, connect() {} });
  if (adapter.socket?.readyState === WebSocket.OPEN) adapter.disconnect();
}
