import type { CommandContext } from '../../../feature.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import { createOutbound, type Fetch } from '../../../platform/outbound.ts';
import { lookAtCertificates, type Ways } from './certificates.ts';
import { lookAtIdentity, type Account } from './identity.ts';
import type { Looked } from './looked.ts';
import { lookAtNames } from './names.ts';
import { readPlace, type Place } from './place.ts';
import { lookAtProxy, type Probed } from './proxy.ts';
import type { Surroundings } from './surroundings.ts';

/** One run: each thing is looked at once, whichever checks need it. */
export class Survey {
  readonly place: Place;
  readonly surroundings: Surroundings;
  /** The guarded way out, as the server itself has it. */
  readonly fetch: Fetch;
  readonly #context: CommandContext;
  #identity: Promise<Looked<Account>> | undefined;
  #names: Promise<Looked<readonly Address[]>> | undefined;
  #certificates: Promise<Looked<Ways>> | undefined;
  #proxy: Promise<Looked<readonly Probed[]>> | undefined;

  private constructor(context: CommandContext, surroundings: Surroundings) {
    this.#context = context;
    this.surroundings = surroundings;
    this.place = readPlace(context);
    const { timeoutMs } = surroundings;
    this.fetch = createOutbound({ privateHosts: this.place.privateHosts, timeoutMs });
  }

  /**
   * Starts with all of it at once, for on a bad day each look waits for its time limit. What fails is heard by the check
   * that asks for it.
   */
  static begin(context: CommandContext, surroundings: Surroundings): Survey {
    const survey = new Survey(context, surroundings);
    const { publicUrl } = survey.place;
    survey.identity().catch(() => {});
    if (publicUrl !== undefined) survey.proxy(publicUrl).catch(() => {});
    return survey;
  }

  /** Of the owner: who they are, and their PDS. */
  identity(): Promise<Looked<Account>> {
    return (this.#identity ??= lookAtIdentity(this));
  }

  /** Where the public name leads. */
  names(publicUrl: URL): Promise<Looked<readonly Address[]>> {
    return (this.#names ??= lookAtNames(this, publicUrl));
  }

  /** Behind which addresses there is TLS that apps trust. */
  certificates(publicUrl: URL): Promise<Looked<Ways>> {
    return (this.#certificates ??= lookAtCertificates(this, publicUrl));
  }

  /** What the running server sees of requests through the public name, by each address. */
  proxy(publicUrl: URL): Promise<Looked<readonly Probed[]>> {
    return (this.#proxy ??= lookAtProxy(this, publicUrl, this.#context));
  }

  /** A way to our own public name by this address alone, which may be a private one. */
  fetchBy(publicUrl: URL, address: Address): Fetch {
    const { certificateAuthority, timeoutMs } = this.surroundings;
    return createOutbound({
      privateHosts: [publicUrl.host],
      timeoutMs,
      resolve: async () => [address],
      ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    });
  }
}
