import type { OwnerDocuments } from '../../src/core/auth/service-token.ts';
import type { DidDocument } from '../../src/core/identity/did-document.ts';
import { Failure } from '../../src/core/failure.ts';
import type { TestOwner } from './plc.ts';

/** The owner's documents without a network: cached until refreshed, down when told so, counted. */
export class TestOwnerDocuments implements OwnerDocuments {
  readonly #owner: TestOwner;
  #cached: DidDocument;
  isDown = false;
  askedCount = 0;
  refreshedCount = 0;

  constructor(owner: TestOwner) {
    this.#owner = owner;
    this.#cached = this.#read();
  }

  async document(): Promise<DidDocument> {
    this.askedCount += 1;
    if (this.isDown) throw new Failure('IdentityUnresolved', 'the directory is down');
    return this.#cached;
  }

  async refresh(): Promise<DidDocument> {
    this.refreshedCount += 1;
    this.#cached = this.#read();
    return this.document();
  }

  #read(): DidDocument {
    return this.#owner.document() as unknown as DidDocument;
  }
}
