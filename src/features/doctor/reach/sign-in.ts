import { describeCause } from '../../../core/identity/resolve-did.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { parseJson } from './probing.ts';
import { linesFor, type ProxyFacts } from './proxy-lines.ts';
import { makeProof } from './proof.ts';
import type { Probed } from './proxy.ts';
import type { Survey } from './survey.ts';

const { ok, problem, unchecked } = findingsOf('sign-in');
/** A page that nobody has (RFC 2606). */
const origin = 'https://doctor.invalid';
/** What an app sends is smaller; the server takes 16 KiB. */
const bodyBytes = 12 * 1024;

/** Whether an app in a browser can sign in: the preflight, then a proof without a nonce, which must be asked for one. */
export async function lookAtSignIn(
  survey: Survey,
  { fetch, proxy }: Probed,
  publicUrl: URL,
): Promise<Finding> {
  const url = new URL('/authenticate', publicUrl);
  try {
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,dpop',
      },
    });
    const refused = judgePreflight(preflight, proxy);
    if (refused !== undefined) return refused;
    const { token, proof } = await makeProof(url, survey.surroundings.clock.now());
    const answer = await fetch(url, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', authorization: `DPoP ${token}`, dpop: proof },
      body: JSON.stringify({ lexiconAuthorityDomain: 'xyz.groundmist.doctor', rootDocUrl: null }).padEnd(
        bodyBytes,
      ),
    });
    return judgeChallenge(answer, parseJson(await answer.text()), proxy);
  } catch (error) {
    const cause = `A sign-in could not be tried: ${describeCause(error, url)}.`;
    return problem(cause, 'See the log of the proxy: `journalctl -u caddy`, or /var/log/nginx/error.log.');
  }
}

/** https://fetch.spec.whatwg.org/#cors-preflight-fetch */
function judgePreflight({ ok: isGood, status, headers }: Response, proxy: ProxyFacts): Finding | undefined {
  if (!isGood) {
    const cause = `The question that a browser asks first (OPTIONS /authenticate) is answered with status ${status}, so web apps cannot sign in.`;
    return problem(cause, 'Let the proxy pass OPTIONS on to the server.');
  }
  const missing = [
    !isOriginAllowed(headers) && 'Access-Control-Allow-Origin',
    !['authorization', 'dpop', 'content-type'].every((name) =>
      lists(headers, 'access-control-allow-headers', name),
    ) && 'Access-Control-Allow-Headers',
    !lists(headers, 'access-control-allow-methods', 'post') && 'Access-Control-Allow-Methods',
  ].filter((name) => name !== false);
  if (missing.length === 0) return undefined;
  return problem(
    `The proxy drops or changes ${missing.join(' and ')}, so web apps cannot sign in.`,
    linesFor('pass all headers', proxy),
  );
}

function judgeChallenge({ status, headers }: Response, body: unknown, proxy: ProxyFacts): Finding {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  if (status === 413) {
    const cause = `The proxy refuses a request of ${bodyBytes / 1024} KiB, which a sign-in may have.`;
    return problem(cause, linesFor('take large bodies', proxy));
  }
  if (status === 429) {
    return unchecked('Too many sign-ins came from this network just now; look again in a minute.');
  }
  if (status === 403 && error === 'NotPermitted')
    return dropped('the Authorization header of requests', proxy);
  if (status === 401 && error === 'invalid_dpop_proof')
    return dropped('or changes the DPoP header of requests', proxy);
  if (status !== 401 || error !== 'use_dpop_nonce') {
    const cause = `A sign-in without a nonce should be answered with status 401 and use_dpop_nonce, but is answered with status ${status}: something on the way answers in place of this server.`;
    return problem(cause, linesFor('pass all headers', proxy));
  }
  const missing = [
    headers.get('dpop-nonce') === null && 'DPoP-Nonce',
    !(headers.get('www-authenticate') ?? '').includes('use_dpop_nonce') && 'WWW-Authenticate',
    !isOriginAllowed(headers) && 'Access-Control-Allow-Origin',
    !lists(headers, 'access-control-expose-headers', 'dpop-nonce') && 'Access-Control-Expose-Headers',
  ].filter((name) => name !== false);
  if (missing.length > 0) return dropped(`${missing.join(' and ')} of answers`, proxy);
  return ok('An app in a browser can ask to sign in: its headers arrive, and it sees those of the answer.');
}

function dropped(what: string, proxy: ProxyFacts): Finding {
  return problem(`The proxy drops ${what}, so apps cannot sign in.`, linesFor('pass all headers', proxy));
}

function isOriginAllowed(headers: Headers): boolean {
  return [origin, '*'].includes(headers.get('access-control-allow-origin') ?? '');
}

function lists(headers: Headers, name: string, value: string): boolean {
  const values = (headers.get(name) ?? '').split(',').map((part) => part.trim().toLowerCase());
  return values.includes(value);
}
