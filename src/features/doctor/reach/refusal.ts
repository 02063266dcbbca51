import type { Findings, Finding } from '../finding.ts';

export interface Refusal {
  /** What was asked, as the beginning of a sentence. */
  readonly what: string;
  readonly status: number;
  /** What follows, as the end of a sentence: `apps cannot sync`. */
  readonly so: string;
}

export const seeLog = 'See the log of the proxy: `journalctl -u caddy`, or /var/log/nginx/error.log.';

/**
 * What a status says that the server did not give, for one kind of request while others arrive; undefined where it says
 * nothing by itself.
 */
export function explainRefusal(
  { what, status, so }: Refusal,
  { warning, problem }: Findings,
): Finding | undefined {
  const answered = `${what} is answered with status ${status}`;
  switch (status) {
    case 401:
    case 403:
      return problem(
        `${answered}: a rule or a login of the proxy refuses it, so ${so}.`,
        'Take away what refuses it: in nginx `deny`, `return 403`, auth_basic or auth_request; in Caddy basic_auth or forward_auth; a firewall for web sites (WAF).',
      );
    case 429:
    case 503:
      return warning(
        `${answered}, which stands for a limit on requests, or for a server that is not there at the moment. While that is so, ${so}.`,
        'Look again in a minute. Where it stays so, raise the limit of the proxy or take it away (in nginx: limit_req and limit_conn); the server has limits of its own.',
      );
    case 502:
    case 504:
      return problem(`${answered}: the proxy got no answer that it takes, so ${so}.`, seeLog);
    default:
      return undefined;
  }
}
