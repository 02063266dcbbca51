import type { Clock } from '../../platform/clock.ts';
import type { Fetch } from '../../platform/outbound.ts';
import type { DidDocument } from './did-document.ts';
import type { Did } from './did.ts';
import { resolveDid } from './resolve-did.ts';

const freshMs = 5 * 60_000;
const betweenRefreshesMs = 30_000;
/** A stranger's requests must not become requests of ours while the directory is down. */
const betweenRetriesMs = 5_000;

export interface OwnerIdentityOptions {
  readonly did: Did;
  readonly plcUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

type Outcome =
  | { readonly kind: 'document'; readonly document: DidDocument; readonly atMs: number }
  | { readonly kind: 'failure'; readonly error: unknown; readonly atMs: number };

/** The owner's DID document, kept for five minutes that passed, whatever the wall clock says. One request at a time, whoever asks. */
export class OwnerIdentity implements Disposable {
  readonly did: Did;
  readonly #options: OwnerIdentityOptions;
  #last: Outcome | undefined;
  #running: Promise<DidDocument> | undefined;
  #refreshedAtMs = -Infinity;
  readonly #closing = new AbortController();

  constructor(options: OwnerIdentityOptions) {
    this.did = options.did;
    this.#options = options;
  }

  /** The document, at most five minutes old, or the failure of `resolveDid`. */
  async document(): Promise<DidDocument> {
    const last = this.#current();
    if (last?.kind === 'document') return last.document;
    if (last?.kind === 'failure') throw last.error;
    return this.#fetch();
  }

  /** A new copy, for when a signature does not fit the key we know; the known one where the last was forced less than 30 s ago. */
  async refresh(): Promise<DidDocument> {
    const nowMs = this.#options.clock.elapsed();
    if (nowMs - this.#refreshedAtMs < betweenRefreshesMs) return this.document();
    this.#refreshedAtMs = nowMs;
    return this.#fetch();
  }

  /** Ends what is being asked. */
  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  #current(): Outcome | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    const ageMs = this.#options.clock.elapsed() - last.atMs;
    return ageMs < (last.kind === 'document' ? freshMs : betweenRetriesMs) ? last : undefined;
  }

  #fetch(): Promise<DidDocument> {
    this.#running ??= this.#resolve().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #resolve(): Promise<DidDocument> {
    const { did, plcUrl, clock } = this.#options;
    const { signal } = this.#closing;
    const fetch: Fetch = (input, init) => this.#options.fetch(input, { ...init, signal });
    try {
      const document = await resolveDid(did, { plcUrl, fetch });
      this.#last = { kind: 'document', document, atMs: clock.elapsed() };
      return document;
    } catch (error) {
      // A forced copy that could not be had does not cost us the one we have.
      if (this.#current()?.kind !== 'document')
        this.#last = { kind: 'failure', error, atMs: clock.elapsed() };
      throw error;
    }
  }
}
