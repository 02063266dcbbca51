import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { documentedObjects, documentedRequest } from './protocol-page.ts';

interface Places {
  readonly did: string;
  readonly pdsUrl: string;
  readonly syncUrl: string;
}

const accessToken = 'the access token of this app';

/** An app written from docs/protocol.md alone: what it sends are the requests of that page, with its own values in them. */
export class DocumentedApp {
  readonly #places: Places;
  readonly #privateKey: CryptoKey;
  readonly #jwk: JWK;

  private constructor(places: Places, privateKey: CryptoKey, jwk: JWK) {
    this.#places = places;
    this.#privateKey = privateKey;
    this.#jwk = jwk;
  }

  static async create(places: Places): Promise<DocumentedApp> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return new DocumentedApp(places, privateKey, await exportJWK(publicKey));
  }

  /** What the record of the page's first step says. */
  async findHost(): Promise<unknown> {
    const { url } = documentedRequest('Find the server', 'getRecord');
    const answer = await fetch(this.#place(url));
    const { value } = (await answer.json()) as { readonly value: { readonly host: unknown } };
    return value.host;
  }

  /** The page's sign-in request, with the nonce of an earlier answer if there was one. */
  async signIn(nonce?: string): Promise<Response> {
    const { method, url, headers, body } = documentedRequest('The request');
    return fetch(this.#place(url), {
      method,
      headers: {
        ...headers,
        authorization: `DPoP ${accessToken.replaceAll(' ', '-')}`,
        dpop: await this.#prove(nonce),
      },
      body: body.replace('<the service-auth JWT>', await this.#askServiceJwt()),
    });
  }

  async #askServiceJwt(): Promise<string> {
    const { url } = documentedRequest('The two proofs');
    const { host } = new URL(this.#places.syncUrl);
    const answer = await fetch(
      this.#place(url).replace('sync.example.com', encodeURIComponent(encodeURIComponent(host))),
    );
    const { token } = (await answer.json()) as { readonly token: string };
    return token;
  }

  /** Header and claims are those of the page; those with values of their own are replaced, and no other is there. */
  #prove(nonce: string | undefined): Promise<string> {
    const [, header = {}, claims = {}] = documentedObjects('The request');
    const ath = createHash('sha256').update(accessToken.replaceAll(' ', '-')).digest('base64url');
    const { nonce: _nonce, ...usual } = claims;
    const iat = Math.floor(Date.now() / 1000);
    const htu = this.#place(String(claims['htu']));
    const own = { ...usual, htu, iat, jti: randomUUID(), ath, ...(nonce === undefined ? {} : { nonce }) };
    return new SignJWT(own)
      .setProtectedHeader({ ...header, alg: String(header['alg']), jwk: this.#jwk })
      .sign(this.#privateKey);
  }

  #place(text: string): string {
    const { did, pdsUrl, syncUrl } = this.#places;
    return text
      .replaceAll('did:plc:…', did)
      .replace('https://pds.example', pdsUrl)
      .replace('https://sync.example.com', syncUrl);
  }
}
