import type { Did } from '../../core/identity/did.ts';
import type { Configuration } from '../../configuration.ts';
import { coreSettings } from '../../settings.ts';

/** The DID of a handle, checked both ways over the network. Throws a Failure where there is none. */
export type ResolveOwner = (handle: string) => Promise<Did>;

/** Looks handles up as `configuration` says; what that needs loads when it is first used. */
export function ownerResolver(configuration: Configuration): ResolveOwner {
  return async (handle) => {
    const { resolveHandle } = await import('../../core/identity/handle.ts');
    const { createOutbound } = await import('../../platform/outbound.ts');
    const { systemResolveTxt } = await import('../../platform/dns.ts');
    const { plcUrl, privateHosts } = configuration.read({
      plcUrl: coreSettings.plcUrl,
      privateHosts: coreSettings.privateHosts,
    });
    const fetch = createOutbound({ privateHosts: privateHosts ?? [] });
    return await resolveHandle(handle, { fetch, resolveTxt: systemResolveTxt, plcUrl });
  };
}
