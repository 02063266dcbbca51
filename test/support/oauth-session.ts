import { randomUUID } from 'node:crypto';
import { makeTestKey, sha256, type TestKey } from './proof.ts';

/** Stands in for the `OAuthSession` of the atproto SDKs: the part that apps use, with a key of its own. */
export class TestOAuthSession {
  readonly did: string;
  readonly #pdsUrl: string;
  readonly #key: TestKey;
  /** Opaque, as the tokens of many PDSes are. */
  readonly #accessToken = `opaque-${randomUUID()}`;
  readonly #nonces = new Map<string, string>();

  private constructor(did: string, pdsUrl: string, key: TestKey) {
    this.did = did;
    this.#pdsUrl = pdsUrl;
    this.#key = key;
  }

  static async create(did: string, pdsUrl: string): Promise<TestOAuthSession> {
    return new TestOAuthSession(did, pdsUrl, await makeTestKey());
  }

  /** A path is of the PDS, a URL is itself; a nonce challenge is answered once. */
  async fetchHandler(pathname: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(pathname, this.#pdsUrl);
    const first = await this.#send(url, init);
    const isChallenge = first.headers.get('www-authenticate')?.includes('use_dpop_nonce') ?? false;
    return isChallenge ? await this.#send(url, init) : first;
  }

  async #send(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `DPoP ${this.#accessToken}`);
    headers.set('dpop', await this.#prove(url, init.method ?? 'GET'));
    const response = await fetch(url, { ...init, headers });
    const nonce = response.headers.get('dpop-nonce');
    if (nonce !== null) this.#nonces.set(url.origin, nonce);
    return response;
  }

  #prove(url: URL, htm: string): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    const nonce = this.#nonces.get(url.origin);
    const ath = sha256(this.#accessToken);
    return this.#key.sign({}, { htm, htu: url.origin + url.pathname, iat, jti: randomUUID(), ath, nonce });
  }
}
