import { Failure } from '../../core/failure.ts';

/** A port that was free a moment ago: the server's URL, which proofs name, must be known before it listens. */
export async function freePort(): Promise<number> {
  const probe = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  if (port === undefined) throw new Failure('Busy', 'No port is free on 127.0.0.1.');
  return port;
}
