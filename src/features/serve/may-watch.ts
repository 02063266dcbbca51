import { isLoopbackHost } from '../../core/identity/public-url.ts';
import { isAddress } from '../../platform/address.ts';

/**
 * Whether a request names where it goes as nothing but a program on purpose does. A web page whose own name was made to lead to this
 * machine (DNS rebinding) sends that name, and no page has an address for a name that it could make lead elsewhere. On a listener that is open
 * to others a name without a dot will do as well, as containers have them: nobody outside can own one.
 */
export function mayWatch(
  request: Request,
  { isOpenToOthers }: { readonly isOpenToOthers: boolean },
): boolean {
  const url = URL.parse(request.url);
  if (url === null || request.headers.get('host')?.includes(',')) return false;
  if (isLoopbackHost(url.hostname)) return true;
  return isOpenToOthers && (isAddress(url.hostname) || !url.hostname.includes('.'));
}
