import type { Database } from 'bun:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { Did } from '../identity/did.ts';
import { serverAudiences } from '../identity/server-document.ts';
import { namesPublicApp } from './client-id.ts';
import type { AppClaim, Credentials, Visitor } from './credentials.ts';
import { verifyProof } from './dpop.ts';
import { nonceLifetimeMs, Nonces } from './nonce.ts';
import { readPdsToken, refuseForeignToken } from './pds-token.ts';
import { readPresented } from './presented.ts';
import { ReplayWindow } from './replay.ts';
import { readServiceToken, verifyServiceToken, type OwnerDocuments } from './service-token.ts';
import { UsedServiceTokens } from './used-service-tokens.ts';
import type { Asker } from './vouching-budget.ts';
import type { Verdict, Vouching } from './vouching.ts';

const rememberedProofs = 50_000;
const longestOrigin = 300;
const longestUserAgent = 300;
const longestName = 300;

export interface AuthenticationOptions {
  readonly owner: Did;
  readonly publicUrl: URL;
  readonly documents: OwnerDocuments;
  readonly vouching: Pick<Vouching, 'vouch'>;
  readonly clock: Clock;
  /** The control database, migrated with `usedServiceTokenTables`. */
  readonly database: Database;
  /** 32 random bytes, new at each start. */
  readonly nonceSecret: Uint8Array;
}

/** "Who are you?": finds out which key stands behind a request, and then which account and app. */
export class Authentication {
  /** Their current one goes with every answer as `DPoP-Nonce`. */
  readonly nonces: Nonces;
  readonly #options: AuthenticationOptions;
  readonly #audiences: readonly string[];
  /** By the time that passed: a wall clock that was ahead at the start must not keep new devices out until then. */
  readonly #startedAt: number;
  readonly #proofs: ReplayWindow;
  readonly #serviceTokens: UsedServiceTokens;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
    this.#audiences = serverAudiences(options.publicUrl);
    this.#startedAt = options.clock.elapsed();
    const { clock, database } = options;
    this.nonces = new Nonces(options.nonceSecret, clock);
    this.#proofs = new ReplayWindow({ capacity: rememberedProofs, keepMs: nonceLifetimeMs, clock });
    this.#serviceTokens = new UsedServiceTokens({ database });
  }

  /**
   * Who is at the door: the key that signed for this request. Asks nobody, so that keys the owner approved
   * come in while PDS and directory are down. Fails with `UseDpopNonce`, `InvalidDpopProof`,
   * `NotPermitted`, `InvalidRequest` or `Busy`.
   */
  async identify(
    request: Request,
    { serviceAuth }: { readonly serviceAuth: string | undefined },
    { address }: { readonly address: string },
  ): Promise<Visitor> {
    const { owner } = this.#options;
    const presented = readPresented(request.headers.get('authorization'), serviceAuth);
    const origin = readOrigin(request);
    const { thumbprint } = await this.#verifyProof(request, presented.accessToken);
    const { serviceToken, pdsToken } = presented;
    if (serviceToken !== undefined) readServiceToken(serviceToken, { owner, audiences: this.#audiences });
    const claims = pdsToken === undefined ? undefined : readPdsToken(pdsToken);
    if (claims !== undefined) refuseForeignToken(claims, { owner, thumbprint });
    const userAgent = request.headers.get('user-agent')?.slice(0, longestUserAgent);
    return { thumbprint, origin, userAgent, address, presented, claims };
  }

  /**
   * What a visitor whose key is not known proves: whose account it acts for, and which app it is. A
   * service token that is not good fails with `NotPermitted`, whatever is beside it; `StoreUnavailable` too.
   */
  async prove({ presented, claims, ...caller }: Visitor): Promise<Credentials> {
    const { owner } = this.#options;
    const { serviceToken, pdsToken } = presented;
    const outage = serviceToken === undefined ? undefined : await this.#checkServiceToken(serviceToken);
    const isAccountProven = serviceToken !== undefined && outage === undefined;
    const verdict = await this.#vouch(pdsToken, { ...caller, isAccountProven });
    const isProven = verdict.kind === 'vouched' || isAccountProven;
    const refusal = outage ?? (verdict.kind === 'unknown' ? verdict.refusal : provesNothing());
    return {
      thumbprint: caller.thumbprint,
      origin: caller.origin,
      userAgent: caller.userAgent,
      address: caller.address,
      account: isProven ? { did: owner, isProven } : { did: owner, isProven, refusal },
      app: judgeApp(verdict, claims?.client_id?.slice(0, longestName) ?? caller.origin),
    };
  }

  async #vouch(pdsToken: string | undefined, asker: Asker): Promise<Verdict> {
    if (pdsToken === undefined) return { kind: 'not vouched' };
    return this.#options.vouching.vouch(pdsToken, asker);
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

  /** Undefined for a good token; the outage where it cannot be told at the moment. */
  async #checkServiceToken(serviceToken: string): Promise<Failure | undefined> {
    const { owner, documents, clock } = this.#options;
    try {
      await verifyServiceToken(serviceToken, {
        owner,
        documents,
        audiences: this.#audiences,
        used: this.#serviceTokens,
        startedAt: clock.now() - (clock.elapsed() - this.#startedAt),
        now: clock.now(),
      });
      return undefined;
    } catch (error) {
      if (error instanceof Failure && error.code === 'IdentityUnresolved') return error;
      throw error;
    }
  }
}

function judgeApp(verdict: Verdict, says: string | undefined): AppClaim {
  if (verdict.kind !== 'vouched' || !namesPublicApp(verdict.clientId)) return { kind: 'unverified', says };
  return { kind: 'vouched', clientId: verdict.clientId };
}

/** The same sentence to whoever proves nothing, for it must not tell whether the owner is pairing. */
function provesNothing(): Failure {
  return new Failure(
    'NotPermitted',
    'The owner’s PDS does not vouch for this token, so it proves nothing here; send a service token as serviceAuth, too.',
  );
}

function readOrigin(request: Request): string | undefined {
  const origin = request.headers.get('origin') ?? undefined;
  if (origin !== undefined && origin.length > longestOrigin) {
    throw new Failure('InvalidRequest', `The Origin header is longer than ${longestOrigin} characters.`);
  }
  return origin;
}
