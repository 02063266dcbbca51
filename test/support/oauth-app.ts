import { z } from 'zod';
import { parseDid, type Did } from '../../src/core/identity/did.ts';
import { NodeScript } from './node-script.ts';
import type { Pds, PdsAccount } from './pds.ts';

/** The SDKs that apps have, by the year of the release. */
export const sdks = { 2025: 'oauth-client-node-2025', 2026: '@atproto/oauth-client-node' } as const;

const answered = z.object({ status: z.number(), body: z.record(z.string(), z.unknown()) });
type Answered = z.output<typeof answered>;

export interface OAuthAppOptions {
  readonly sdk: keyof typeof sdks;
  /** What the app may do at the PDS. */
  readonly scope: string;
}

/** An app with an unmodified OAuth SDK, signed in at the reference PDS; all requests go through its session. */
export class OAuthApp implements AsyncDisposable {
  readonly #script: NodeScript;
  /** Who signed in, as the app sees it. */
  readonly did: Did;

  private constructor(script: NodeScript, did: Did) {
    this.#script = script;
    this.did = did;
  }

  static async signIn(pds: Pds, account: PdsAccount, { sdk, scope }: OAuthAppOptions): Promise<OAuthApp> {
    const { pdsUrl, plcUrl, installed } = pds;
    const { did, handle, password } = account;
    const script = new NodeScript(installed, 'oauth-app.mjs');
    const asked = { sdk: sdks[sdk], pdsUrl, plcUrl, did, handle, password, scope };
    return new OAuthApp(script, parseDid(z.string().parse(await script.ask('signIn', asked))));
  }

  /** POSTs JSON; the SDK answers nonce challenges by itself. */
  async post(url: string, body: unknown): Promise<Answered> {
    return answered.parse(await this.#script.ask('fetch', { url, body }));
  }

  /** A call to the person's PDS. */
  async query(nsid: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const url = `/xrpc/${nsid}?${new URLSearchParams(parameters).toString()}`;
    return answered.parse(await this.#script.ask('fetch', { url }));
  }

  /** What the PDS gives this app to show to `aud`. */
  async serviceJwt(claims: { readonly aud: string; readonly lxm: string }): Promise<string> {
    const { body } = await this.query('com.atproto.server.getServiceAuth', claims);
    return z.object({ token: z.string() }, `no service JWT: ${JSON.stringify(body)}`).parse(body).token;
  }

  /** What became of the person's session in the app: `kept`, `refreshed`, or `deleted`: they are signed out. */
  sessionState(): Promise<unknown> {
    return this.#script.ask('sessionState');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#script.close();
  }
}
