import { describeCause } from '../../../core/identity/resolve-did.ts';
import { findingsOf, type Finding } from '../finding.ts';
import type { Fetch } from '../../../platform/outbound.ts';
import { parseJson } from './probing.ts';
import { linesFor, type ProxyFacts } from './proxy-lines.ts';
import { makeProof } from './proof.ts';
import type { Probed } from './proxy.ts';
import { explainRefusal, seeLog } from './refusal.ts';
import type { Survey } from './survey.ts';

const findings = findingsOf('sign-in');
const { ok, problem } = findings;
const so = 'web apps cannot sign in';
/** A page that nobody has (RFC 2606). */
const origin = 'https://doctor.invalid';
/** What an app sends is smaller; the server takes 16 KiB. */
const largeBytes = 12 * 1024;
const payloadTooLarge = 413;

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
    const large = await ask(survey, fetch, { url, sizeBytes: largeBytes });
    if (large.status === payloadTooLarge) return describeTooLarge(large, proxy);
    if (!mayBeSize(large)) return judgeChallenge(large, proxy);
    const small = judgeChallenge(await ask(survey, fetch, { url, sizeBytes: 0 }), proxy);
    return small.kind === 'ok' ? describeTooLarge(large, proxy) : judgeChallenge(large, proxy);
  } catch (error) {
    const cause = `A sign-in could not be tried: ${describeCause(error, url)}.`;
    return problem(cause, seeLog);
  }
}

interface Challenge {
  readonly status: number;
  readonly headers: Headers;
  /** `use_dpop_nonce`, of a body that is an error of ours. */
  readonly error: unknown;
}

interface Sized {
  readonly url: URL;
  /** At least. */
  readonly sizeBytes: number;
}

/** Asks to sign in, with a proof that has no nonce. */
async function ask({ surroundings }: Survey, fetch: Fetch, { url, sizeBytes }: Sized): Promise<Challenge> {
  const { token, proof } = await makeProof(url, surroundings.clock.now());
  const answer = await fetch(url, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json', authorization: `DPoP ${token}`, dpop: proof },
    body: JSON.stringify({ lexiconAuthorityDomain: 'xyz.groundmist.doctor', rootDocUrl: null }).padEnd(
      sizeBytes,
    ),
  });
  const body = parseJson(await answer.text());
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return { status: answer.status, headers: answer.headers, error };
}

/** Some proxies say 413 for a body that is too large for them, others that they got no answer: a small one tells. */
function mayBeSize({ status }: Challenge): boolean {
  return status === 400 || status === 500 || status === 502;
}

function describeTooLarge({ status }: Challenge, proxy: ProxyFacts): Finding {
  const cause = `The proxy answers a request of ${largeBytes / 1024} KiB, which a sign-in may have, with status ${status}, so sign-ins of that size fail.`;
  return problem(cause, linesFor('take large bodies', proxy));
}

/** https://fetch.spec.whatwg.org/#cors-preflight-fetch */
function judgePreflight({ ok: isGood, status, headers }: Response, proxy: ProxyFacts): Finding | undefined {
  if (!isGood) {
    const what = 'The question that a browser asks first (OPTIONS /authenticate)';
    const refused = explainRefusal({ what, status, so }, findings);
    if (refused !== undefined) return refused;
    const cause = `${what} is answered with status ${status}, so ${so}.`;
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

function judgeChallenge({ status, headers, error }: Challenge, proxy: ProxyFacts): Finding {
  if (status === 403 && error === 'NotPermitted')
    return dropped('the Authorization header of requests', proxy);
  if (status === 401 && error === 'invalid_dpop_proof')
    return dropped('or changes the DPoP header of requests', proxy);
  if (status !== 401 || error !== 'use_dpop_nonce') {
    const refused = explainRefusal({ what: 'A sign-in', status, so }, findings);
    if (refused !== undefined) return refused;
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
