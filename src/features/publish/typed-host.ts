import { Failure } from '../../core/failure.ts';
import { isLoopbackHost, urlOfHost } from '../../core/identity/public-url.ts';
import { whyNotHost } from '../../core/lexicon/host.ts';

/** A host as a person gave it: copied from the address bar of a browser as often as not. */
export interface TypedHost {
  readonly publicUrl: URL;
  /** What was typed, where it was not the bare host. */
  readonly correctedFrom: string | undefined;
}

const scheme = /^([a-z][a-z0-9+.-]*):\/\//i;

/** The host that was meant, without scheme and trailing slash; throws `Usage` where that is not plain. */
export function readTypedHost(typed: string): TypedHost {
  const text = typed.trim();
  const named = scheme.exec(text)?.[1]?.toLowerCase();
  const host = text.slice(named === undefined ? 0 : named.length + '://'.length).replace(/\/+$/, '');
  const why = whyNotHost(host) ?? whyNotScheme(named, host);
  if (why !== undefined) {
    throw new Failure('Usage', `"${typed.slice(0, 300)}" cannot be published as the host: ${why}.`);
  }
  const publicUrl = urlOfHost(host);
  return { publicUrl, correctedFrom: host === typed ? undefined : typed };
}

function whyNotScheme(named: string | undefined, host: string): string | undefined {
  if (named === undefined || named === 'https') return undefined;
  if (named !== 'http')
    return `"${named}://" is no address of a web server; give the name alone, like ${host}`;
  if (isLoopbackHost(urlOfHost(host).hostname)) return undefined;
  return `apps come to it by https only, for their tokens may not travel in the clear; with TLS in place give ${host}`;
}
