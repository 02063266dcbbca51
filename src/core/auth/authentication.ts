import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { Did } from '../identity/did.ts';
import { serverAudiences } from '../identity/server-document.ts';
import type { AccountClaim, Credentials } from './credentials.ts';
import { verifyProof } from './dpop.ts';
import { nonceLifetimeMs, Nonces } from './nonce.ts';
import { claimedClientId, readPresented, type Presented } from './presented.ts';
import { ReplayWindow } from './replay.ts';
import { serviceTokenMemoryMs, verifyServiceToken, type OwnerDocuments } from './service-token.ts';

const rememberedProofs = 50_000;
const rememberedServiceTokens = 10_000;
const longestOrigin = 300;
const longestUserAgent = 300;

export interface AuthenticationOptions {
  readonly owner: Did;
  readonly publicUrl: URL;
  readonly documents: OwnerDocuments;
  readonly clock: Clock;
  /** 32 random bytes, new at each start. */
  readonly nonceSecret: Uint8Array;
}

/** "Who are you?": finds out which key and which account stand behind a request. */
export class Authentication {
  /** Their current one goes with every answer as `DPoP-Nonce`. */
  readonly nonces: Nonces;
  readonly #options: AuthenticationOptions;
  readonly #startedAt: number;
  readonly #proofs = new ReplayWindow({ capacity: rememberedProofs, keepMs: nonceLifetimeMs });
  readonly #serviceTokens = new ReplayWindow({
    capacity: rememberedServiceTokens,
    keepMs: serviceTokenMemoryMs,
  });

  constructor(options: AuthenticationOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.nonces = new Nonces(options.nonceSecret, options.clock);
  }

  /**
   * What the request proves. Fails with `UseDpopNonce`, `InvalidDpopProof`, `NotPermitted`,
   * `InvalidRequest` or `Busy`. The proof is checked first: it costs no look-up, and a service
   * token is only used up by a request that will be heard.
   */
  async authenticate(
    request: Request,
    presented: { readonly serviceAuth: string | undefined },
    exchange: { readonly address: string },
  ): Promise<Credentials> {
    const tokens = readPresented(request.headers.get('authorization'), presented.serviceAuth);
    const origin = readOrigin(request);
    const { thumbprint } = await this.#verifyProof(request, tokens.accessToken);
    const account = await this.#judgeAccount(tokens);
    return {
      account,
      thumbprint,
      app: { kind: 'unverified', says: claimedClientId(tokens.pdsToken) ?? origin },
      origin,
      userAgent: request.headers.get('user-agent')?.slice(0, longestUserAgent),
      address: exchange.address,
    };
  }

  #verifyProof(request: Request, accessToken: string): Promise<{ readonly thumbprint: string }> {
    const url = new URL(this.#options.publicUrl);
    url.pathname = new URL(request.url).pathname;
    return verifyProof({
      header: request.headers.get('dpop'),
      method: request.method,
      url,
      accessToken,
      now: this.#options.clock.now(),
      nonces: this.nonces,
      replays: this.#proofs,
    });
  }

  async #judgeAccount(tokens: Presented): Promise<AccountClaim> {
    const { owner, documents, publicUrl, clock } = this.#options;
    if (tokens.serviceToken === undefined) {
      throw new Failure(
        'NotPermitted',
        'A PDS token alone proves nothing to this server; send a service token as serviceAuth, too.',
      );
    }
    try {
      await verifyServiceToken(tokens.serviceToken, {
        owner,
        documents,
        audiences: serverAudiences(publicUrl),
        replays: this.#serviceTokens,
        startedAt: this.#startedAt,
        now: clock.now(),
      });
      return { did: owner, isProven: true };
    } catch (error) {
      // While the directory is down, keys that the owner approved before go on working.
      if (!(error instanceof Failure) || error.code !== 'IdentityUnresolved') throw error;
      return { did: owner, isProven: false, refusal: error };
    }
  }
}

function readOrigin(request: Request): string | undefined {
  const origin = request.headers.get('origin') ?? undefined;
  if (origin !== undefined && origin.length > longestOrigin) {
    throw new Failure('InvalidRequest', `The Origin header is longer than ${longestOrigin} characters.`);
  }
  return origin;
}
