import { isAddress } from '../../platform/address.ts';

const longestClientId = 300;

/**
 * Whether a client id names an app that somebody is answerable for: the https URL of its metadata, at
 * a public name, spelled as URLs are (https://atproto.com/specs/oauth#clients). http, `localhost` and custom schemes name
 * whatever runs on some machine; another spelling could show the owner one name and mean another.
 */
export function namesPublicApp(clientId: string): boolean {
  const url = clientId.length <= longestClientId ? URL.parse(clientId) : null;
  if (url === null || url.protocol !== 'https:' || url.href !== clientId) return false;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.hostname.includes('.') && !url.hostname.endsWith('.localhost') && !isAddress(url.hostname);
}
