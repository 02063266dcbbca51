import { Failure } from '../failure.ts';

const loopback = /^(?:localhost|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])$/;

/** Plain http is for this machine only. */
export function isLoopbackHost(hostname: string): boolean {
  return loopback.test(hostname);
}

/**
 * Where apps reach us: `https://` plus the configured public name, `http://` only for this machine, which is
 * also what we are without a name. The only source of our URL: Host and X-Forwarded-* are never believed.
 */
export function publicUrlOf(host: string | undefined, port: number): URL {
  const name = host ?? `localhost:${port}`;
  const url = URL.parse(`https://${name}`);
  if (url === null || url.port === '0') {
    throw new Failure(
      'ConfigurationInvalid',
      `GROUNDMIST_HOST "${name}" is not a host name with an optional port.`,
    );
  }
  return isLoopbackHost(url.hostname) ? new URL(`http://${name}`) : url;
}
