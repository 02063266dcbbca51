import { decodeSyncMessage, getHeads } from '@automerge/automerge';
import type { Content, Generation } from '../../support/stock-client.ts';
import { toJson } from '../../support/stock-data.ts';
import { eventually } from '../../support/eventually.ts';
import type { Copy } from '../judgement/divergence.ts';
import { MemoryStorage } from './memory-storage.ts';
import { openRepo, type StockHandle, type StockRepo } from './stock-repo.ts';

export interface DeviceOptions {
  readonly name: string;
  readonly generation: Generation;
  readonly url: string;
  /** Called with the heads that the server says it has of a document. */
  readonly onTold: (documentId: string, heads: readonly string[]) => void;
}

const connectPatienceMs = 60_000;

/** A person's device: a stock client whose storage survives what becomes of the client. */
export class Device {
  readonly #options: DeviceOptions;
  readonly #storage = new MemoryStorage();
  readonly #handles = new Map<string, StockHandle>();
  #repo: StockRepo;
  #isOnline = true;
  /** How often the adapter wanted to connect while there was no network. */
  #triesMissed = 0;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#repo = this.#open();
  }

  get name(): string {
    return `${this.#options.name} (${this.#options.generation})`;
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  get isConnected(): boolean {
    return this.#repo.isConnected();
  }

  get documentIds(): readonly string[] {
    return [...this.#handles.keys()];
  }

  create(content: Content): string {
    const handle = this.#repo.create(content);
    this.#handles.set(handle.documentId, handle);
    return handle.documentId;
  }

  /** Asks for a document; false where nobody has it for this device now. */
  async find(documentId: string): Promise<boolean> {
    const repo = this.#repo;
    const handle = await repo.find(documentId).catch(() => undefined);
    // A client that was reloaded meanwhile has other handles.
    if (!handle || repo !== this.#repo) return false;
    this.#handles.set(documentId, handle);
    return true;
  }

  /** False where it has not come yet. */
  change(documentId: string, edit: (content: Content) => void): boolean {
    const handle = this.#handles.get(documentId);
    if (!handle?.doc()) return false;
    handle.change(edit);
    return true;
  }

  broadcast(documentId: string, message: unknown): void {
    if (this.#repo.isConnected()) this.#handles.get(documentId)?.broadcast(message);
  }

  /** What it has of a document now; undefined where that has not come. */
  copy(documentId: string): Copy | undefined {
    const doc = this.#handles.get(documentId)?.doc();
    return (
      doc && { heads: getHeads(doc).toSorted(), content: this.hasTrueViews ? contentOf(doc) : undefined }
    );
  }

  /**
   * Whether it shows what its documents say. Automerge 2.2, under automerge-repo 1.2.1, patches what it shows, and now and then wrongly
   * until the document is loaded again; docs/operations/soak.md has the figures.
   */
  get hasTrueViews(): boolean {
    return this.#options.generation !== '1.2.1';
  }

  /** What its app sees of a document. */
  shows(documentId: string): string | undefined {
    const doc = this.#handles.get(documentId)?.doc();
    return doc && contentOf(doc);
  }

  heads(documentId: string): string {
    const doc = this.#handles.get(documentId)?.doc();
    return doc ? getHeads(doc).toSorted().join() : '';
  }

  /** The network is gone, and nothing tries to bring it back. */
  goOffline(): void {
    this.#isOnline = false;
    this.#silence();
  }

  comeBack(): void {
    if (this.#isOnline) return;
    this.#isOnline = true;
    const { adapter } = this.#repo;
    delete adapter.connect;
    // Else the old socket is still closing, and the adapter connects by itself once it has.
    if (this.#triesMissed > 0 && typeof adapter.connect === 'function')
      adapter.connect(adapter.peerId, adapter.peerMetadata);
  }

  /** The connection breaks; the client tries again by itself. */
  cut(): void {
    this.#repo.adapter.socket?.terminate();
  }

  /** The tab is closed and opened: a new peer id, the storage of before, and of its documents those that are still wanted. */
  async reload(isWanted: (documentId: string) => boolean): Promise<void> {
    const wanted = this.documentIds.filter((id) => this.#handles.get(id)?.doc());
    await this.#repo.flush(wanted);
    const kept = wanted.filter(isWanted);
    this.#silence();
    this.#handles.clear();
    this.#isOnline = true;
    this.#repo = this.#open();
    await Promise.all(kept.map((id) => this.find(id)));
  }

  async untilConnected(): Promise<void> {
    await eventually(`${this.name} is connected`, () => this.isConnected, connectPatienceMs);
  }

  /** Gone for good, with whatever it has not sent. */
  leave(): void {
    this.goOffline();
    this.#handles.clear();
  }

  #open(): StockRepo {
    const repo = openRepo(this.#options.generation, this.#options.url, this.#storage);
    repo.onMessage(({ type, documentId, data }) => {
      if ((type !== 'sync' && type !== 'request') || typeof documentId !== 'string') return;
      if (data instanceof Uint8Array) this.#options.onTold(documentId, decodeSyncMessage(data).heads);
    });
    return repo;
  }

  #silence(): void {
    const { adapter } = this.#repo;
    this.#triesMissed = 0;
    adapter.connect = () => void (this.#triesMissed += 1);
    // Without a word, as a network goes.
    adapter.socket?.terminate();
  }
}

/** Content as JSON with its keys sorted: what two copies are compared by. */
export function contentOf(doc: unknown): string {
  return JSON.stringify(toJson(JSON.parse(JSON.stringify(doc))));
}
