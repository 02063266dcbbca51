import { Repo, type AutomergeUrl, type DocumentId } from '@automerge/automerge-repo';
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket';
import { Repo as Repo1 } from 'stock-1-repo';
import { BrowserWebSocketClientAdapter as WebSocketClientAdapter1 } from 'stock-1-websocket';
import type { Content, Generation } from '../../support/stock-client.ts';
import type { MemoryStorage } from './memory-storage.ts';

/** One document as a stock client has it open. */
export interface StockHandle {
  readonly documentId: string;
  /** Undefined until it has come. */
  doc(): Content | undefined;
  change(edit: (content: Content) => void): void;
  broadcast(message: unknown): void;
}

/** The parts of a stock adapter that a soak pulls at. */
export interface StockAdapter {
  readonly socket?: { terminate(): void } | undefined;
  readonly peerId?: string | undefined;
  readonly peerMetadata?: unknown;
  connect: unknown;
}

export interface StockRepo {
  readonly adapter: StockAdapter;
  isConnected(): boolean;
  create(content: Content): StockHandle;
  /** Rejects where it is said to be unavailable. */
  find(documentId: string): Promise<StockHandle>;
  flush(documentIds: readonly string[]): Promise<void>;
  /** Called with each message that the server sent. */
  onMessage(listener: (message: Readonly<Record<string, unknown>>) => void): void;
}

const retryMs = 500;

/** A stock `Repo` of either generation with its own websocket adapter, and a new peer id. */
export function openRepo(generation: Generation, url: string, storage: MemoryStorage): StockRepo {
  return generation === '2.5.6' ? openCurrent(url, storage) : openFirst(url, storage);
}

function openCurrent(url: string, storage: MemoryStorage): StockRepo {
  const adapter = new WebSocketClientAdapter(url, retryMs);
  const repo = new Repo({ network: [adapter], storage });
  const wrap = (handle: Awaited<ReturnType<typeof repo.find<Content>>>): StockHandle => ({
    documentId: handle.documentId,
    doc: () => (handle.isReady() ? handle.doc() : undefined),
    change: (edit) => handle.change(edit),
    broadcast: (message) => handle.broadcast(message),
  });
  return {
    adapter,
    isConnected: () => repo.peers.length > 0,
    create: (content) => wrap(repo.create<Content>(content)),
    find: async (documentId) => wrap(await repo.find<Content>(`automerge:${documentId}` as AutomergeUrl)),
    flush: (documentIds) => repo.flush(documentIds as DocumentId[]),
    onMessage: (listener) => void adapter.on('message', (message) => listener({ ...message })),
  };
}

function openFirst(url: string, storage: MemoryStorage): StockRepo {
  const adapter = new WebSocketClientAdapter1(url, retryMs);
  const repo = new Repo1({ network: [adapter], storage });
  const wrap = (handle: ReturnType<typeof repo.find<Content>>): StockHandle => ({
    documentId: handle.documentId,
    doc: () => handle.docSync(),
    change: (edit) => handle.change(edit),
    broadcast: (message) => handle.broadcast(message),
  });
  return {
    adapter,
    isConnected: () => repo.peers.length > 0,
    create: (content) => wrap(repo.create<Content>(content)),
    async find(documentId) {
      const handle = repo.find<Content>(`automerge:${documentId}` as never);
      if ((await handle.doc()) === undefined) throw new Error(`${documentId} is unavailable`);
      return wrap(handle);
    },
    flush: (documentIds) => repo.flush(documentIds as never),
    onMessage: (listener) => void adapter.on('message', (message) => listener({ ...message })),
  };
}
