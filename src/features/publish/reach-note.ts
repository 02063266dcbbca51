import { isLoopbackHost } from '../../core/identity/public-url.ts';
import { isAddress, isLoopbackAddress, isPublicAddress } from '../../platform/address.ts';

/** Names that no name server of the world knows (RFC 6762, RFC 8375, and what routers use). */
const localName = /(?:^[^.]+|\.(?:local|lan|home|internal|intranet|localdomain|home\.arpa))$/;

/** Who finds this host, where that is not everybody, for its owner to know. */
export function reachNote({ host, hostname }: URL): string | undefined {
  if (isLoopbackHost(hostname) || isLoopbackAddress(hostname) || hostname.endsWith('.localhost')) {
    return `Only apps on this machine find ${host}.`;
  }
  const isLocal = isAddress(hostname) ? !isPublicAddress(hostname) : localName.test(hostname);
  return isLocal ? `Only apps in the same network find ${host}.` : undefined;
}
