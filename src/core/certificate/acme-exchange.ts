import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, FlattenedSign, type JWK } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { AcmeNonsense, AcmeProblem, problemSchema, readRetryAfter } from './acme-problem.ts';

const url = z.url();
const directorySchema = z.object({
  newNonce: url,
  newAccount: url,
  newOrder: url,
  meta: z
    .object({ termsOfService: z.string().optional(), externalAccountRequired: z.boolean().optional() })
    .optional(),
});
export type AcmeDirectory = Readonly<z.infer<typeof directorySchema>>;

export interface AcmeOptions {
  readonly directoryUrl: string;
  /** P-256. */
  readonly accountKey: KeyObject;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface AcmeAnswer {
  readonly body: unknown;
  readonly text: string;
  /** Of what was made. */
  readonly location: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** A nonce may be refused for no fault of ours; so often it is asked again (RFC 8555 §6.5). */
const mostNonces = 20;

/** Signed requests to one authority in the name of one account (RFC 8555 §6). Throws `AcmeProblem`, `AcmeNonsense`, `OutboundError`. */
export class AcmeExchange {
  readonly directory: AcmeDirectory;
  readonly #options: AcmeOptions;
  readonly #jwk: JWK;
  #account: string | undefined;
  #nonce: string | undefined;

  private constructor(options: AcmeOptions, directory: AcmeDirectory, jwk: JWK) {
    this.#options = options;
    this.directory = directory;
    this.#jwk = jwk;
  }

  static async open(options: AcmeOptions): Promise<AcmeExchange> {
    const response = await options.fetch(options.directoryUrl, { signal: options.signal });
    const text = await response.text();
    refuse(response, text, options.clock);
    const directory = directorySchema.safeParse(readJson(text));
    if (!directory.success) throw new AcmeNonsense(`${options.directoryUrl} is no directory of ACME`);
    const jwk = await exportJWK(createPublicKey(options.accountKey));
    return new AcmeExchange(options, directory.data, jwk);
  }

  /** Makes the account, or finds the one that this key has, and agrees to the terms (RFC 8555 §7.3). */
  async register(): Promise<void> {
    const { location } = await this.post(this.directory.newAccount, { termsOfServiceAgreed: true });
    if (location === undefined) throw new AcmeNonsense('an account came without its address');
    this.#account = location;
  }

  /** `undefined` asks for what is there (POST-as-GET, RFC 8555 §6.3). */
  async post(target: string, payload?: object): Promise<AcmeAnswer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#postOnce(target, payload);
      } catch (error) {
        const isNonce = error instanceof AcmeProblem && error.type === 'badNonce';
        if (!isNonce || attempt === mostNonces) throw error;
      }
    }
  }

  /** What proves that this account answers a challenge (RFC 8555 §8.1). */
  async authorizationOf(token: string): Promise<string> {
    return `${token}.${await calculateJwkThumbprint(this.#jwk)}`;
  }

  async #postOnce(target: string, payload: object | undefined): Promise<AcmeAnswer> {
    const { fetch, accountKey, signal, clock } = this.#options;
    const nonce = this.#nonce ?? (await this.#freshNonce());
    this.#nonce = undefined;
    const who = this.#account === undefined ? { jwk: this.#jwk } : { kid: this.#account };
    const signed = await new FlattenedSign(Buffer.from(payload === undefined ? '' : JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ES256', nonce, url: target, ...who })
      .sign(accountKey);
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/jose+json' },
      body: JSON.stringify(signed),
      signal,
    });
    this.#nonce = response.headers.get('replay-nonce') ?? undefined;
    const text = await response.text();
    refuse(response, text, clock);
    return {
      body: readJson(text),
      text,
      location: response.headers.get('location') ?? undefined,
      retryAfterMs: readRetryAfter(response.headers.get('retry-after'), clock.now()),
    };
  }

  async #freshNonce(): Promise<string> {
    const { fetch, signal } = this.#options;
    const response = await fetch(this.directory.newNonce, { method: 'HEAD', signal });
    const nonce = response.headers.get('replay-nonce');
    if (nonce === null) throw new AcmeNonsense('no nonce came when one was asked for');
    return nonce;
  }
}

function refuse(response: Response, text: string, clock: Clock): void {
  if (response.ok) return;
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), clock.now());
  const problem = problemSchema.catch({ type: '', detail: '' }).parse(readJson(text));
  throw new AcmeProblem(problem, { status: response.status, retryAfterMs });
}

/** Undefined where it is no JSON, as a certificate is none. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
