import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { OutboundError } from '../../platform/outbound-error.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { pdsOf } from '../identity/did-document.ts';
import type { Did } from '../identity/did.ts';
import { Failure } from '../failure.ts';
import { VouchingBudget, type Asker } from './vouching-budget.ts';
import { findIssuer, isGenuine, type Probing } from './pds-probe.ts';
import { readPdsToken } from './pds-token.ts';
import type { OwnerDocuments } from './service-token.ts';

const longestToken = 4096;
const longestMs = 10_000;
const mostRemembered = 200;
/** A token that is not vouched for may be asked about again soon: its PDS may have had a bad moment. */
const keptForMs = { vouched: 5 * 60_000, 'not vouched': 60_000, unknown: 0 };

/** What the owner's PDS says of a token. */
export type Verdict =
  /** It issued this token to this app, for the owner, bound to this key. */
  | { readonly kind: 'vouched'; readonly clientId: string }
  /** It does not, or answers in a way that shows nothing. */
  | { readonly kind: 'not vouched' }
  /** It could not be asked now. */
  | { readonly kind: 'unknown'; readonly refusal: Failure };

export interface VouchingOptions {
  readonly owner: Did;
  readonly documents: OwnerDocuments;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const notVouched: Verdict = { kind: 'not vouched' };

/**
 * Asks the owner's PDS whether it stands behind an app's token. The token itself cannot be verified
 * by a third party, but a PDS answers differently to a genuine one and to a forged one. It only
 * tells the owner who asks; it lets nobody in. One question at a time, ten a minute, shared out by VouchingBudget.
 */
export class Vouching {
  readonly #options: VouchingOptions;
  /** What the PDS said of each token and until when that is taken, by the time that passes; the oldest first. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #running = new Map<string, Promise<Verdict>>();
  readonly #budget = new VouchingBudget();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: VouchingOptions) {
    this.#options = options;
  }

  /** The verdict on a token that `asker` sent. */
  async vouch(pdsToken: string, asker: Asker): Promise<Verdict> {
    const { clock } = this.#options;
    const claims = pdsToken.length <= longestToken ? readPdsToken(pdsToken) : undefined;
    if (claims?.sub !== this.#options.owner || claims.cnf?.jkt !== asker.thumbprint) return notVouched;
    const { client_id: clientId, iss, exp } = claims;
    if (clientId === undefined || iss === undefined || exp === undefined) return notVouched;
    const lifeMs = exp * 1000 - clock.now();
    if (lifeMs <= 0) return notVouched;
    const key = createHash('sha256').update(pdsToken).digest('base64');
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && remembered.until > clock.elapsed()) return remembered.verdict;
    const verdict = await this.#askOnce(key, { pdsToken, clientId, iss, asker });
    const keepMs = keptForMs[verdict.kind];
    if (keepMs > 0) this.#remember(key, { verdict, until: clock.elapsed() + Math.min(lifeMs, keepMs) });
    return verdict;
  }

  /** The three sign-ins of an app's first page share one question. */
  #askOnce(key: string, token: Token): Promise<Verdict> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const asking = this.#takeTurn(token).finally(() => this.#running.delete(key));
    this.#running.set(key, asking);
    return asking;
  }

  async #takeTurn(token: Token): Promise<Verdict> {
    const { clock } = this.#options;
    if (!this.#budget.take(token.asker, clock.elapsed())) return tooMany();
    const deadline = new AbortController();
    const cancel = clock.after(longestMs, () => deadline.abort());
    const asking = this.#last.then(() => this.#ask(token, deadline.signal)).finally(cancel);
    this.#last = asking.catch(() => undefined);
    return asking;
  }

  async #ask({ pdsToken, clientId, iss }: Token, signal: AbortSignal): Promise<Verdict> {
    const { documents, fetch } = this.#options;
    try {
      signal.throwIfAborted();
      const pds = pdsOf(await documents.document());
      const probing: Probing = { pds, fetch, signal };
      if ((await findIssuer(probing)) !== iss) return notVouched;
      return (await isGenuine(pdsToken, probing)) ? { kind: 'vouched', clientId } : notVouched;
    } catch (error) {
      return judgeSilence(error, signal);
    }
  }

  #remember(key: string, remembered: Remembered): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, remembered);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= mostRemembered) return;
      this.#remembered.delete(oldest);
    }
  }
}

interface Remembered {
  readonly verdict: Verdict;
  readonly until: number;
}

interface Token {
  readonly pdsToken: string;
  readonly clientId: string;
  readonly iss: string;
  readonly asker: Asker;
}

function tooMany(): Verdict {
  const sentence = 'Too many new apps ask at once; try again in a minute.';
  return { kind: 'unknown', refusal: new Failure('RateLimited', sentence) };
}

/** A PDS that cannot be reached may vouch a minute later; one that answers oddly does not vouch. */
function judgeSilence(error: unknown, signal: AbortSignal): Verdict {
  if (error instanceof OutboundError && (error.reason === 'redirect' || error.reason === 'large')) {
    return notVouched;
  }
  const isForeseen = error instanceof OutboundError || error instanceof Failure || signal.aborted;
  if (!isForeseen) throw error;
  const sentence =
    'The PDS of the owner cannot be asked about this app at the moment; try again in a minute.';
  return { kind: 'unknown', refusal: new Failure('IdentityUnresolved', sentence, { cause: error }) };
}
