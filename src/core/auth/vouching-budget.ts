import { subscriberNetwork } from '../../platform/client-address.ts';
import { RateLimiter } from '../../platform/limits.ts';

/** Four a minute for those whose account is proven, which a stranger cannot have. */
const reserved = { burst: 4, everyMs: 15_000, mostKeys: 1 };
/** Six a minute for all together. */
const common = { burst: 6, everyMs: 10_000, mostKeys: 1 };
/** Of those, two a minute for one address, of IPv6 one /64. */
const perNetwork = { burst: 2, everyMs: 30_000, mostKeys: 1000 };

/** Who has the PDS asked about a token. */
export interface Asker {
  /** Of the key that signed. */
  readonly thumbprint: string;
  readonly address: string;
  /** By a service token. */
  readonly isAccountProven: boolean;
}

/**
 * Shares out the ten questions a minute to the PDS, for anybody with a key can put one: a made-up token that names the
 * owner. So one network gets little of it, many networks not all. The Origin is no measure: outside
 * browsers it is written by hand, and one stranger could use up an honest page's share.
 */
export class VouchingBudget {
  readonly #reserved = new RateLimiter(reserved);
  readonly #common = new RateLimiter(common);
  readonly #perNetwork = new RateLimiter(perNetwork);

  /** Whether one more may be asked now; it is counted where it may. */
  take({ address, isAccountProven }: Asker, now: number): boolean {
    if (isAccountProven && this.#reserved.take('', now)) return true;
    return this.#perNetwork.take(subscriberNetwork(address), now) && this.#common.take('', now);
  }
}
