import { Repo, type AutomergeUrl, type DocHandle, type StorageId } from '@automerge/automerge-repo/slim';
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket';
import { loadAutomerge } from '../../core/automerge.ts';
import { beforeAbort } from './aborted.ts';

/** The documents of an app on one device: a stock automerge-repo on a stock websocket adapter, as any app uses them. */
export class Device implements Disposable {
  readonly #repo: Repo;
  readonly #adapter: WebSocketClientAdapter;
  readonly #serverStorageId: StorageId | undefined;
  readonly #signal: AbortSignal;

  private constructor(
    repo: Repo,
    adapter: WebSocketClientAdapter,
    serverStorageId: StorageId | undefined,
    signal: AbortSignal,
  ) {
    this.#repo = repo;
    this.#adapter = adapter;
    this.#serverStorageId = serverStorageId;
    this.#signal = signal;
  }

  /** Connected once the server has answered `join`. All its waits end with `signal`. */
  static async connect(url: string, signal: AbortSignal): Promise<Device> {
    await loadAutomerge();
    const adapter = new WebSocketClientAdapter(url);
    const server = new Promise<StorageId | undefined>((resolve) => {
      adapter.once('peer-candidate', ({ peerMetadata }) => resolve(peerMetadata.storageId));
    });
    const repo = new Repo({ network: [adapter] });
    return new Device(repo, adapter, await beforeAbort(server, signal), signal);
  }

  /** A new document, once the server has acknowledged it: then it is on the server's disk. */
  async create<Content>(content: Content): Promise<DocHandle<Content>> {
    const handle = this.#repo.create<Content>(content);
    await this.acknowledged(handle);
    return handle;
  }

  /** The document, or undefined where the server says that there is none. */
  async find<Content>(url: AutomergeUrl): Promise<DocHandle<Content> | undefined> {
    const allowableStates = ['ready', 'unavailable'];
    const finding = this.#repo.find<Content>(url, { allowableStates, signal: this.#signal });
    const handle = await beforeAbort(finding, this.#signal);
    return handle.isReady() ? handle : undefined;
  }

  async acknowledged(handle: DocHandle<unknown>): Promise<void> {
    const storageId = this.#serverStorageId;
    if (storageId === undefined) return;
    const isAcknowledged = (): boolean =>
      handle.getSyncInfo(storageId)?.lastHeads.join() === handle.heads().join();
    if (isAcknowledged()) return;
    const heard = new Promise<void>((resolve) => {
      handle.on('remote-heads', () => {
        if (isAcknowledged()) resolve();
      });
    });
    await beforeAbort(heard, this.#signal);
  }

  /** Waits until the document is as `isExpected` says. */
  async sees<Content>(handle: DocHandle<Content>, isExpected: (content: Content) => boolean): Promise<void> {
    if (isExpected(handle.doc())) return;
    const changed = new Promise<void>((resolve) => {
      handle.on('change', ({ doc }) => {
        if (isExpected(doc)) resolve();
      });
    });
    await beforeAbort(changed, this.#signal);
  }

  [Symbol.dispose](): void {
    this.#adapter.disconnect();
  }
}
