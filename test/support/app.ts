import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import type { WorldOwner } from './plc.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Asking {
  readonly namespace: string;
  readonly rootDocUrl?: string | null;
  readonly origin?: string;
  /** Where it comes from, as a proxy on this machine tells. */
  readonly address?: string;
  /** Its token for the PDS, instead of a service token. */
  readonly pdsToken?: string;
  /** When the proof is made, in milliseconds since 1970, where the test moves the server's clock. */
  readonly at?: number;
}

interface Proof {
  readonly url: string;
  readonly token: string;
  readonly nonce: string | undefined;
  readonly at: number;
}

/** An app of the owner's on one device: a DPoP key, and service tokens from the owner's account. */
export class TestApp {
  readonly #owner: WorldOwner;
  readonly #privateKey: CryptoKey;
  readonly #publicJwk: JWK;
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string;

  /** By which it asks; one that trusts another authority, where the server's certificate is a test's. */
  send: (url: string, init: RequestInit) => Promise<Response> = fetch;

  private constructor(owner: WorldOwner, privateKey: CryptoKey, publicJwk: JWK, thumbprint: string) {
    this.#owner = owner;
    this.#privateKey = privateKey;
    this.#publicJwk = publicJwk;
    this.thumbprint = thumbprint;
  }

  static async create(owner: WorldOwner): Promise<TestApp> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new TestApp(owner, privateKey, jwk, await calculateJwkThumbprint(jwk, 'sha256'));
  }

  /** `POST /authenticate`, answering a nonce challenge once, as the SDKs do. */
  async authenticate(baseUrl: string, asking: Asking): Promise<Answer> {
    const first = await this.#post(baseUrl, asking, undefined);
    const nonce = first.headers.get('dpop-nonce') ?? undefined;
    const isChallenge = first.headers.get('www-authenticate')?.includes('use_dpop_nonce');
    return isChallenge ? await this.#post(baseUrl, asking, nonce) : first;
  }

  async #post(baseUrl: string, asking: Asking, nonce: string | undefined): Promise<Answer> {
    const url = `${baseUrl}/authenticate`;
    const { token, scheme } = await this.#present(baseUrl, asking);
    const response = await this.send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `${scheme} ${token}`,
        dpop: await this.#prove({ url, token, nonce, at: asking.at ?? Date.now() }),
        ...(asking.origin === undefined ? {} : { origin: asking.origin }),
        ...(asking.address === undefined ? {} : { 'x-forwarded-for': asking.address }),
      },
      body: JSON.stringify({
        lexiconAuthorityDomain: asking.namespace,
        rootDocUrl: asking.rootDocUrl ?? null,
      }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    };
  }

  async #present(baseUrl: string, { pdsToken }: Asking): Promise<{ token: string; scheme: string }> {
    if (pdsToken !== undefined) return { token: pdsToken, scheme: 'DPoP' };
    const aud = `did:web:${encodeURIComponent(new URL(baseUrl).host)}#groundmist_sync`;
    const token = await this.#owner.serviceJwt({ aud, lxm: 'xyz.groundmist.sync.authenticate' });
    return { token, scheme: 'Bearer' };
  }

  #prove({ url, token, nonce, at }: Proof): Promise<string> {
    return new SignJWT({
      htm: 'POST',
      htu: url,
      jti: randomUUID(),
      ath: createHash('sha256').update(token).digest('base64url'),
      ...(nonce === undefined ? {} : { nonce }),
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: this.#publicJwk })
      .setIssuedAt(Math.floor(at / 1000))
      .sign(this.#privateKey);
  }
}
