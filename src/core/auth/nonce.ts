import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';

const periodMs = 60_000;
const acceptedPeriods = 3;

/** How long a nonce is accepted at most; what is kept against replay is kept this long. */
export const nonceLifetimeMs = periodMs * acceptedPeriods;

/**
 * The nonces of our DPoP challenges (RFC 9449 §8): an HMAC of a counter of minutes, so that nothing
 * is stored. The secret is new at each start: a proof made for an earlier run is refused. The minutes
 * are those that passed, whatever the wall clock says: set back, it would bring old nonces to life.
 */
export class Nonces {
  readonly #secret: Uint8Array;
  readonly #clock: Clock;

  constructor(secret: Uint8Array, clock: Clock) {
    this.#secret = secret;
    this.#clock = clock;
  }

  /** What to send as `DPoP-Nonce` now. */
  current(): string {
    return this.#ofPeriod(this.#period());
  }

  /** Whether `nonce` is the current one or one of the two before it. */
  accepts(nonce: string): boolean {
    const given = Buffer.from(nonce);
    const period = this.#period();
    for (let age = 0; age < acceptedPeriods; age += 1) {
      const own = Buffer.from(this.#ofPeriod(period - age));
      if (own.length === given.length && timingSafeEqual(own, given)) return true;
    }
    return false;
  }

  #period(): number {
    return Math.floor(this.#clock.elapsed() / periodMs);
  }

  #ofPeriod(period: number): string {
    return createHmac('sha256', this.#secret).update(`nonce ${period}`).digest('base64url');
  }
}
