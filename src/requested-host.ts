import { isLoopbackHost } from './core/identity/public-url.ts';
import { Failure } from './core/failure.ts';

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

/** Fails with `InvalidRequest` where a request does not name us; nothing of what it sent is repeated. */
export function refuseOtherNames(request: Request, publicUrl: URL): void {
  if (namesUs(request, publicUrl)) return;
  throw new Failure(
    'InvalidRequest',
    `This server is ${publicUrl.host} and answers to no other name; a proxy in front of it must pass the Host header on.`,
  );
}
