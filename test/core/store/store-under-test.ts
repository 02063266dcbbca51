import { afterEach, beforeEach } from 'bun:test';
import type { DocumentId } from '../../../src/core/store/document-id.ts';
import type { DocumentStore } from '../../../src/core/store/document-store.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';

/** What a backend brings to be tested. */
export interface Backend {
  readonly name: string;
  /** The store in `directory`, made where there is none. */
  open(directory: string, now: () => number): Promise<DocumentStore>;
  /** Flips bits of the newest chunk of a document, behind the back of the store. */
  damage(directory: string, id: DocumentId): Promise<void>;
  /** Removes the oldest chunk of a document, behind the back of the store. */
  lose(directory: string, id: DocumentId): Promise<void>;
  /** A script that is given the directory, appends, vouches and compacts for ever, and prints `<id> <entries>` after each acknowledgement. */
  readonly endlessWriter: string;
}

/** A store of its own for each test that follows. */
export class StoreUnderTest {
  now = 1_000;
  readonly #backend: Backend;
  #directory: TemporaryFolder | undefined;
  #store: DocumentStore | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
    beforeEach(async () => {
      this.now = 1_000;
      this.#directory = temporaryFolder();
      await this.open();
    });
    afterEach(async () => {
      await this.#store?.close();
      this.#directory?.[Symbol.dispose]();
    });
  }

  get store(): DocumentStore {
    if (!this.#store) throw new Error('no store is open');
    return this.#store;
  }

  get path(): string {
    return this.#directory?.path ?? '';
  }

  async open(): Promise<void> {
    this.#store = await this.#backend.open(this.path, () => this.now);
  }

  /** Closes it, does something behind its back, and opens it again. */
  async reopen(between: () => Promise<void> = async () => {}): Promise<void> {
    await this.store.close();
    await between();
    await this.open();
  }
}
