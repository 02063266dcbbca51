import { Repo, type AutomergeUrl, type DocHandle, type StorageId } from '@automerge/automerge-repo/slim';
import { loadAutomerge } from '../../core/automerge.ts';
import { Adapter } from './adapter.ts';
import type { Patience } from './patience.ts';

export interface DeviceOptions {
  /** `laptop` */
  readonly name: string;
  /** With the sync token. */
  readonly url: string;
  readonly patience: Patience;
}

/** The documents of an app on one device: a stock automerge-repo on a stock websocket adapter, as any app uses them. */
export class Device implements Disposable {
  readonly name: string;
  readonly #repo: Repo;
  readonly #adapter: Adapter;
  readonly #patience: Patience;
  readonly #watchers = new Set<() => void>();
  #serverStorageId: StorageId | undefined;
  #isConnected = false;

  private constructor({ name, url, patience }: DeviceOptions) {
    this.name = name;
    this.#patience = patience;
    this.#adapter = new Adapter(url);
    this.#adapter.on('peer-candidate', ({ peerMetadata }) => {
      this.#serverStorageId = peerMetadata.storageId;
      this.#setConnected(true);
    });
    this.#adapter.on('peer-disconnected', () => this.#setConnected(false));
    this.#repo = new Repo({ network: [this.#adapter] });
  }

  /** Connected once the server has answered `join`. */
  static async connect(options: DeviceOptions): Promise<Device> {
    await loadAutomerge();
    const device = new Device(options);
    await device.connected();
    return device;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Calls `look` whenever the connection comes or goes; the function returned ends that. */
  watch(look: () => void): () => void {
    this.#watchers.add(look);
    return () => void this.#watchers.delete(look);
  }

  connected(): Promise<void> {
    return this.#changedTo(true, `the connection of ${this.name} to the server`);
  }

  disconnected(): Promise<void> {
    return this.#changedTo(false, `the end of the connection of ${this.name}`);
  }

  /** As in a tunnel: what is written from now on stays on the device. */
  leaveNetwork(): void {
    this.#adapter.disconnect();
  }

  async joinNetwork(): Promise<void> {
    this.#adapter.connect(this.#repo.peerId, this.#adapter.peerMetadata);
    await this.connected();
  }

  /** A new document, once the server has acknowledged it: then it is on the server's disk. */
  async create<Content>(content: Content): Promise<DocHandle<Content>> {
    const handle = this.#repo.create<Content>(content);
    await this.acknowledged(handle);
    return handle;
  }

  /** The document, or undefined where the server says that there is none. */
  async find<Content>(url: AutomergeUrl): Promise<DocHandle<Content> | undefined> {
    const finding = this.#repo.find<Content>(url, { allowableStates: ['ready', 'unavailable'] });
    const handle = await this.#patience.for(`the answer to ${this.name} about ${url}`, finding);
    return handle.isReady() ? handle : undefined;
  }

  /** The server has said that its document is this one: all that is in it is on its disk. */
  acknowledged(handle: DocHandle<unknown>): Promise<void> {
    const isAcknowledged = (): boolean => {
      const storageId = this.#serverStorageId;
      if (storageId === undefined) return false;
      return handle.getSyncInfo(storageId)?.lastHeads.join() === handle.heads().join();
    };
    return this.#until(handle, isAcknowledged, 'an acknowledgement');
  }

  /** The document as far as the server has said that it is on its disk; undefined where it has said nothing yet. */
  acknowledgedContent<Content>(handle: DocHandle<Content>): Content | undefined {
    const storageId = this.#serverStorageId;
    const heads = storageId === undefined ? undefined : handle.getSyncInfo(storageId)?.lastHeads;
    return heads && handle.view(heads).doc();
  }

  /** Waits until the document is as `isExpected` says. */
  sees<Content>(handle: DocHandle<Content>, isExpected: (content: Content) => boolean): Promise<void> {
    return this.#until(handle, () => isExpected(handle.doc()), 'a change from the other device');
  }

  /** Waits until a change, an acknowledgement or a presence message has brought what `isExpected` says. */
  follows(handle: DocHandle<unknown>, isExpected: () => boolean): Promise<void> {
    return this.#until(handle, isExpected, 'news of the document');
  }

  [Symbol.dispose](): void {
    this.leaveNetwork();
  }

  async #until<Content>(handle: DocHandle<Content>, isTrue: () => boolean, what: string): Promise<void> {
    if (isTrue()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (isTrue()) resolve();
    };
    handle.on('change', look).on('remote-heads', look).on('ephemeral-message', look);
    try {
      await this.#patience.for(`${what} on ${this.name}`, promise);
    } finally {
      handle.off('change', look).off('remote-heads', look).off('ephemeral-message', look);
    }
  }

  #setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    for (const look of this.#watchers) look();
  }

  async #changedTo(isConnected: boolean, what: string): Promise<void> {
    if (this.#isConnected === isConnected) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = this.watch(() => {
      if (this.#isConnected === isConnected) resolve();
    });
    try {
      await this.#patience.for(what, promise);
    } finally {
      leave();
    }
  }
}
