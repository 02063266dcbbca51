import { z } from 'zod';
import type { ServerFinding } from '../../../core/discovery/is-this-server.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { linesFor, type ProxyFacts } from './proxy-lines.ts';
import { parseJson, type Answered } from './probing.ts';
import { seeLog } from './refusal.ts';
import { correctRecord, ownInstead } from './stale-record.ts';

const { problem } = findingsOf('proxy');

export interface Lost {
  readonly answered: Answered;
  /** What answers at the public name for its document. */
  readonly found: ServerFinding;
  readonly publicUrl: URL;
  readonly address: Address;
  /** Of this machine's interfaces. */
  readonly own: readonly string[];
  readonly proxy: ProxyFacts;
  /** Servers on this machine beside this one: `process 7, `groundmist serve``. */
  readonly others: readonly string[];
}

const refusal = z.object({
  error: z.literal('InvalidRequest'),
  message: z.string().includes('answers to no other name'),
});

/** Why a probe through the public name did not arrive at the server that opened it. */
export function explainLost({ answered, found, publicUrl, address, own, proxy, others }: Lost): Finding {
  const { host } = publicUrl;
  if (answered.kind === 'none') {
    if (/ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_REQUIRED)/.test(answered.error.message))
      return explainMutual(host);
    if (answered.error.reason === 'redirect')
      return explainLogin(`${host} answers with a redirect to somewhere else`);
    return problem(`A request to ${host} came back without an answer. ${answered.error.message}`, seeLog);
  }
  const { status, body } = answered;
  if (refusal.safeParse(parseJson(body)).success) {
    return problem(
      `The proxy gives this server another name than ${host}, so every request is refused.`,
      linesFor('pass the name', proxy),
    );
  }
  if (status === 400 && /SSL certificate/i.test(body)) return explainMutual(host);
  if (status === 502 || status === 503 || status === 504) {
    return problem(
      `The proxy answers with status ${status}: it does not reach this server.`,
      `Lead it to where the server listens.\n${linesFor('lead here', proxy)}`,
    );
  }
  if (status === 401 || status === 403) return explainLogin(`${host} answers with status ${status}`);
  if (found.kind === 'elsewhere') {
    const cause = `What answers at ${host} is not this server: ${found.why}.`;
    const instead = ownInstead(address, own);
    const correct = instead.length === 0 ? '' : `${correctRecord(publicUrl, address, instead)}\n`;
    return problem(cause, `${correct}Lead ${host} to this server.\n${linesFor('lead here', proxy)}`);
  }
  const cause = `What answers at ${host} has the key of this server, but is another groundmist than the one that runs on this data directory, here or on another machine, or something before it answered with status ${status}.`;
  const which = others.map((other) => `On this machine runs ${other}. `).join('');
  const cure = `${which}End the groundmist that should not be there (one server for a key), or lead ${host} to this one, every path of it.\n${linesFor('lead here', proxy)}`;
  return problem(cause, cure);
}

/** RFC 8446 §4.4.2.4: the other side ends the connection of who shows it none. */
function explainMutual(host: string): Finding {
  const cause = `The proxy wants a certificate of whoever asks for ${host} (mTLS), which apps do not have.`;
  return problem(cause, 'In nginx: ssl_verify_client off;\nIn Caddy: remove client_auth.');
}

function explainLogin(what: string): Finding {
  const cause = `${what} before the request reaches this server: a login page or a rule of the proxy stands before it, which apps cannot pass.`;
  return problem(
    cause,
    'Take the login page (Cloudflare Access, Authelia, basic_auth, auth_request) or the redirect away from this name; the server guards itself.',
  );
}
