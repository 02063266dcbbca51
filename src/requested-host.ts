import type { Logger } from '@logtape/logtape';
import { isLoopbackHost } from './core/identity/public-url.ts';
import { Failure } from './core/failure.ts';
import type { Exchange } from './platform/http.ts';
import { RateLimiter } from './platform/limits.ts';

/**
 * Whether a request names us: our public name or this machine, at whatever port. A web page whose own name
 * was made to lead to loopback (DNS rebinding) still sends its own name. False also where the name is none.
 */
export function namesUs(request: Request, publicUrl: URL): boolean {
  const url = URL.parse(request.url);
  // Bun takes the first of several Host headers, a proxy may take another (RFC 9112 §3.2).
  if (url === null || request.headers.get('host')?.includes(',')) return false;
  return url.hostname === publicUrl.hostname || isLoopbackHost(url.hostname);
}

/** Strangers try names all day; a proxy that is set up wrong brings nothing else. */
const warnings = { burst: 3, everyMs: 3_600_000, mostKeys: 1 };
const mostShownCharacters = 100;

/** Turns away what does not name us, and tells the owner which name came: a proxy may be the reason. */
export class OtherNames {
  readonly #warnings = new RateLimiter(warnings);
  readonly #publicUrl: URL;
  readonly #log: Logger;

  constructor(publicUrl: URL, log: Logger) {
    this.#publicUrl = publicUrl;
    this.#log = log;
  }

  /** Fails with `InvalidRequest` where a request does not name us; to who asked nothing of what it sent is repeated. */
  refuse(
    request: Request,
    { address, requestId }: Pick<Exchange, 'address' | 'requestId'>,
    now: number,
  ): void {
    if (namesUs(request, this.#publicUrl)) return;
    const { host } = this.#publicUrl;
    const asked = (request.headers.get('host') ?? '').slice(0, mostShownCharacters);
    const level = this.#warnings.take('', now) ? 'warn' : 'debug';
    this.#log[level](
      'A request asked for the host "{asked}" and was refused, for this server is {host}. If your proxy brought it, have it pass the Host header on; if that is the name of this server, set GROUNDMIST_HOST to it; else a stranger tried.',
      { asked, host, address, requestId },
    );
    throw new Failure(
      'InvalidRequest',
      `This server is ${host} and answers to no other name; a proxy in front of it must pass the Host header on.`,
    );
  }
}
