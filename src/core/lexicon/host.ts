import { isAddress } from '../../platform/address.ts';

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const addressWithBrackets = /^\[[0-9a-fA-F:.]+\]$/;
const wholeNumber = /^[1-9][0-9]{0,4}$/;
/** What is no name with a port. */
const schemeAlone = /^https?:(?![0-9]+$)/i;
const maxNameLength = 253;

/**
 * Why `text` is not the name of a server, `host` or `host:port`, as the rest of a sentence; undefined where it is.
 * Upper case aside, a name has one form, the one it has in a URL, for proofs and tokens are compared by it.
 */
export function whyNotHost(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.includes('://')) return 'leave out the scheme (https://)';
  const [scheme] = schemeAlone.exec(text) ?? [];
  if (scheme !== undefined) return `leave out the scheme (${scheme})`;
  if (text.includes('@')) return 'leave out the user (everything up to "@")';
  if (/[/?#\\]/.test(text)) return 'leave out the path (everything from the first "/")';
  if (isAddress(text) && text.includes(':') && !text.startsWith('[')) return `write it as [${text}]`;
  const { name, port } = splitPort(text);
  if (port !== undefined && !(wholeNumber.test(port) && Number(port) <= 65535)) {
    return `the port "${port.slice(0, 20)}" is not a whole number from 1 to 65535`;
  }
  if (name.length > maxNameLength)
    return `the name has ${name.length} characters and may have ${maxNameLength}`;
  if (name.endsWith('.')) return 'leave out the dot at its end';
  if (/\P{ASCII}/u.test(name)) return whyNotInUrl(name);
  if (!addressWithBrackets.test(name) && !name.split('.').every((one) => label.test(one))) {
    return 'a name has labels of a-z, 0-9 and "-" with dots between, like sync.example.com';
  }
  return whyNotInUrl(name);
}

function whyNotInUrl(name: string): string | undefined {
  const url = URL.parse(`https://${name}`);
  if (url === null) return 'it is neither a name nor an address that a URL can have';
  return url.hostname === name.toLowerCase() ? undefined : `write it as ${url.hostname}`;
}

function splitPort(text: string): { readonly name: string; readonly port: string | undefined } {
  const colon = text.lastIndexOf(':');
  if (colon < text.lastIndexOf(']') || colon === -1) return { name: text, port: undefined };
  return { name: text.slice(0, colon), port: text.slice(colon + 1) };
}
