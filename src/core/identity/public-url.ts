import { Failure } from '../failure.ts';

const loopback = /^(?:localhost|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])$/;

/** Plain http is for this machine only. */
export function isLoopbackHost(hostname: string): boolean {
  return loopback.test(hostname);
}

/** Where apps reach us, for the configured public name; without a name only this machine does, at our port. */
export function publicUrlOf(host: string | undefined, port: number): URL {
  return urlOfHost(host ?? `localhost:${port}`);
}

/**
 * `https://` plus the public name, `http://` only for this machine. The only source of our URL: Host and
 * X-Forwarded-* are never believed.
 */
export function urlOfHost(host: string): URL {
  const url = URL.parse(`https://${host}`);
  if (url === null || url.port === '0') {
    throw new Failure(
      'ConfigurationInvalid',
      `GROUNDMIST_HOST "${host}" is not a host name with an optional port.`,
    );
  }
  return isLoopbackHost(url.hostname) ? new URL(`http://${host}`) : url;
}
