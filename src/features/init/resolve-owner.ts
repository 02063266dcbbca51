import type { Configuration } from '../../configuration.ts';
import { isDid, type Did } from '../../core/identity/did.ts';
import { withoutMarks } from '../../core/identity/handle-name.ts';
import { coreSettings } from '../../settings.ts';

/** Whose server it will be, as the network knows them. */
export interface FoundOwner {
  readonly did: Did;
  /** The origin of their PDS. */
  readonly pds: string;
}

/** Who a handle, checked both ways, or a DID is. Throws a Failure where the network does not say. */
export type ResolveOwner = (handleOrDid: string, signal: AbortSignal) => Promise<FoundOwner>;

/** Looks them up as `configuration` says; what that needs loads when it is first used. */
export function ownerResolver(configuration: Configuration): ResolveOwner {
  return async (handleOrDid, signal) => {
    const { resolveHandle } = await import('../../core/identity/handle.ts');
    const { resolveDid } = await import('../../core/identity/resolve-did.ts');
    const { pdsOf } = await import('../../core/identity/did-document.ts');
    const { createOutbound } = await import('../../platform/outbound.ts');
    const { systemResolveTxt } = await import('../../platform/dns.ts');
    const { plcUrl, privateHosts } = configuration.read({
      plcUrl: coreSettings.plcUrl,
      privateHosts: coreSettings.privateHosts,
    });
    const outbound = createOutbound({ privateHosts: privateHosts ?? [] });
    const resolution = {
      plcUrl,
      fetch: (input: string | URL | Request, init?: RequestInit) => outbound(input, { ...init, signal }),
      resolveTxt: systemResolveTxt,
    };
    const named = withoutMarks(handleOrDid);
    const did = isDid(named) ? named : await resolveHandle(named, resolution);
    return { did, pds: pdsOf(await resolveDid(did, resolution)).origin };
  };
}
