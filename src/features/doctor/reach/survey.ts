import type { Did } from '../../../core/identity/did.ts';
import { urlOfHost } from '../../../core/identity/public-url.ts';
import type { CommandContext } from '../../../feature.ts';
import { createOutbound, type Fetch } from '../../../platform/outbound.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import { coreSettings } from '../../../settings.ts';
import type { Look } from './finding-makers.ts';
import { lookAtIdentity, type Account } from './identity.ts';
import { lookAtNames } from './names.ts';
import { lookAtProxy, type Probed } from './proxy.ts';
import type { Surroundings } from './surroundings.ts';
import { lookAtCertificates } from './certificates.ts';

const { owner, secretKey, host, listen, port, plcUrl, privateHosts } = coreSettings;

/** The settings that the checks of the network need. */
export interface Place {
  readonly owner: Did;
  readonly secretKey: string;
  readonly plcUrl: string;
  /** Undefined without GROUNDMIST_HOST. */
  readonly publicUrl: URL | undefined;
  /** Where a proxy reaches the server: `127.0.0.1:3031`. */
  readonly upstream: string;
  /** Where programs on this machine reach it. */
  readonly ownAddress: Address;
  /** The guarded way out, as the server itself has it. */
  readonly fetch: Fetch;
}

/** One run: each thing is looked at once, when the first check that needs it asks. */
export class Survey {
  readonly place: Place;
  readonly surroundings: Surroundings;
  readonly #context: CommandContext;
  #identity: Promise<Look<Account>> | undefined;
  #names: Promise<Look<readonly Address[]>> | undefined;
  #certificates: Promise<Look<readonly Address[]>> | undefined;
  #proxy: Promise<Look<Probed>> | undefined;

  /** Throws `ConfigurationInvalid`. */
  constructor(context: CommandContext, surroundings: Surroundings) {
    this.#context = context;
    this.surroundings = surroundings;
    this.place = readPlace(context, surroundings);
  }

  /** Starts with all of it at once: on a bad day each look may wait for its time limit. What fails is heard by whoever asks. */
  begin(): void {
    const { publicUrl } = this.place;
    this.identity().catch(() => {});
    if (publicUrl !== undefined) this.proxy(publicUrl).catch(() => {});
  }

  /** Of the owner: who they are, and their PDS. */
  identity(): Promise<Look<Account>> {
    return (this.#identity ??= lookAtIdentity(this));
  }

  /** Where the public name leads. */
  names(publicUrl: URL): Promise<Look<readonly Address[]>> {
    return (this.#names ??= lookAtNames(this, publicUrl));
  }

  /** Behind which addresses there is TLS that apps trust. */
  certificates(publicUrl: URL): Promise<Look<readonly Address[]>> {
    return (this.#certificates ??= lookAtCertificates(this, publicUrl));
  }

  /** What the running server sees of requests through the public name. */
  proxy(publicUrl: URL): Promise<Look<Probed>> {
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

function readPlace({ configuration }: CommandContext, { timeoutMs }: Surroundings): Place {
  const values = configuration.read({ owner, secretKey, host, listen, port, plcUrl, privateHosts });
  return {
    owner: values.owner,
    secretKey: values.secretKey,
    plcUrl: values.plcUrl,
    publicUrl: values.host === undefined ? undefined : urlOfHost(values.host),
    upstream: `${reachable(values.listen)}:${values.port}`,
    // By a name of this machine it is asked where it listens, not wherever else that name may lead.
    ownAddress: values.listen === '::1' ? { address: '::1', family: 6 } : { address: '127.0.0.1', family: 4 },
    fetch: createOutbound({ privateHosts: values.privateHosts ?? [], timeoutMs }),
  };
}

/** What listens on every address is reached on loopback. */
function reachable(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
