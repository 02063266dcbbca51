import { createHash, randomUUID } from 'node:crypto';
import { P256PrivateKeyExportable, type PrivateKey } from '@atcute/crypto';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { signJwt } from './jwt.ts';
import type { Identity } from './owner.ts';

export interface AppOptions {
  /** What an app calls itself on the web; nobody vouches for it here. */
  readonly clientId: string;
  /** Whom it acts for. */
  readonly owner: Identity;
  /** `localhost:port` of the server. */
  readonly host: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** RFC 7518 §6.2.1, nothing more. */
const publicKey = z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string() });
const admission = z.object({ token: z.string() });
const refusal = z.object({ error: z.string(), message: z.string(), approvalId: z.string().optional() });

/** What the server answers. */
export type SignIn =
  | { readonly kind: 'admitted'; readonly token: string }
  /** The owner has not answered while the request was held open; ask again. */
  | { readonly kind: 'waiting'; readonly approvalId: string }
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly message: string };

/** An app on one device: it holds a DPoP key, and signs in as docs/protocol.md says. */
export class App {
  readonly #options: AppOptions;
  readonly #key: PrivateKey;
  /** The app's own token for the owner's PDS. There is no PDS here, so the app made it; no server can check one anyway. */
  readonly #pdsToken: string;

  private constructor(options: AppOptions, key: PrivateKey, pdsToken: string) {
    this.#options = options;
    this.#key = key;
    this.#pdsToken = pdsToken;
  }

  static async create(options: AppOptions): Promise<App> {
    const key = await P256PrivateKeyExportable.createKeypair();
    const claims = { sub: options.owner.did, client_id: options.clientId };
    return new App(options, key, await signJwt(key, { typ: 'at+jwt' }, claims));
  }

  /** Asks to come in. The server holds the request open, up to 50 s, while its owner has not answered. */
  async signIn(lexiconAuthorityDomain: string, rootDocUrl: string | null): Promise<SignIn> {
    const { owner, host } = this.#options;
    const serviceAuth = await owner.serviceToken(`did:web:${encodeURIComponent(host)}#groundmist_sync`);
    const body = JSON.stringify({ lexiconAuthorityDomain, rootDocUrl, serviceAuth });
    const challenge = await this.#post(body, undefined);
    const nonce = challenge.headers.get('dpop-nonce') ?? undefined;
    const response = challenge.status === 401 ? await this.#post(body, nonce) : challenge;
    const answer: unknown = await response.json();
    if (response.ok) return { kind: 'admitted', token: admission.parse(answer).token };
    const { error, message, approvalId } = refusal.parse(answer);
    if (approvalId !== undefined) return { kind: 'waiting', approvalId };
    return { kind: 'refused', status: response.status, error, message };
  }

  async #post(body: string, nonce: string | undefined): Promise<Response> {
    const url = `http://${this.#options.host}/authenticate`;
    const headers = {
      'content-type': 'application/json',
      authorization: `DPoP ${this.#pdsToken}`,
      dpop: await this.#prove(url, nonce),
    };
    return await this.#options.fetch(url, { method: 'POST', headers, body });
  }

  /** RFC 9449 §4.2 */
  async #prove(htu: string, nonce: string | undefined): Promise<string> {
    const jwk = publicKey.parse(await this.#key.exportPublicKey('jwk'));
    const ath = createHash('sha256').update(this.#pdsToken).digest('base64url');
    const iat = Math.floor(this.#options.clock.now() / 1000);
    const claims = { htm: 'POST', htu, ath, iat, jti: randomUUID(), nonce };
    return await signJwt(this.#key, { typ: 'dpop+jwt', jwk }, claims);
  }
}
