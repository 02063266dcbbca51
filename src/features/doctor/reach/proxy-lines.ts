/** The reverse proxy, as far as it is known. */
export interface ProxyFacts {
  /** Undefined where it does not say what it is, or is none that we have lines for. */
  readonly program: ProxyProgram | undefined;
  /** Where it reaches the server: `127.0.0.1:3031`. */
  readonly upstream: string;
}

export type ProxyProgram = 'nginx' | 'Caddy' | 'Apache';

const programs: readonly ProxyProgram[] = ['nginx', 'Caddy', 'Apache'];

/** What a proxy calls itself in its answers (RFC 9110 §10.2.4). */
export function programOf(serverHeader: string | null): ProxyProgram | undefined {
  const word = /^[a-z]+/i.exec(serverHeader ?? '')?.[0].toLowerCase();
  return programs.find((program) => program.toLowerCase() === word);
}

type Lines = (upstream: string) => Readonly<Record<ProxyProgram, string>>;

/** By what they are to do. Caddy does all of it unless it is told otherwise. */
const lines = {
  'lead here': (upstream) => ({
    nginx: `proxy_pass http://${upstream};`,
    Caddy: `reverse_proxy ${upstream}`,
    Apache: `ProxyPass / http://${upstream}/ upgrade=websocket`,
  }),
  'pass the name': () => ({
    nginx: 'proxy_set_header Host $host;',
    Caddy: 'remove "header_up Host".',
    Apache: 'ProxyPreserveHost On',
  }),
  'pass the scheme': () => ({
    nginx: 'proxy_set_header X-Forwarded-Proto $scheme;',
    Caddy: 'remove "header_up X-Forwarded-Proto".',
    Apache: 'RequestHeader set X-Forwarded-Proto https',
  }),
  'pass the address': () => ({
    nginx: 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    Caddy: 'remove "header_up X-Forwarded-For".',
    Apache: 'ProxyAddHeaders On',
  }),
  'pass WebSockets': (upstream) => ({
    nginx:
      'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
    Caddy: 'remove "header_up Upgrade" and "header_up Connection".',
    Apache: `ProxyPass / http://${upstream}/ upgrade=websocket`,
  }),
  'pass all headers': () => ({
    nginx: 'remove proxy_hide_header, "proxy_pass_request_headers off" and add_header of Access-Control-….',
    Caddy: 'remove header, "header_up" and "header_down" of these.',
    Apache: 'remove RequestHeader and Header of these.',
  }),
  'take large bodies': () => ({
    nginx: 'client_max_body_size 1m;',
    Caddy: 'remove "request_body max_size".',
    Apache: 'LimitRequestBody 1048576',
  }),
  'keep nothing': () => ({
    nginx: 'proxy_cache off;',
    Caddy: 'remove cache.',
    Apache: 'CacheDisable /',
  }),
} as const satisfies Record<string, Lines>;

/** What to write into the configuration of the proxy; for each that we know, where it does not say which it is. */
export function linesFor(what: keyof typeof lines, { program, upstream }: ProxyFacts): string {
  const all = lines[what](upstream);
  const wanted = program === undefined ? programs : [program];
  return wanted.map((one) => `In ${one}: ${all[one]}`).join('\n');
}
