import { Failure } from '../../core/failure.ts';

type Handler = (request: Request) => Response;

/** A server of the demo's own on a port of 127.0.0.1 that the system chooses. */
export function serveOnLoopback(fetch: Handler): ReturnType<typeof Bun.serve> {
  try {
    return Bun.serve({ hostname: '127.0.0.1', port: 0, fetch });
  } catch (error) {
    throw new Failure('Busy', 'No port of 127.0.0.1 can be opened; the demo needs two.', { cause: error });
  }
}

/** A port that was free a moment ago: the server's URL, which proofs name, must be known before it listens. */
export async function freePort(): Promise<number> {
  const probe = serveOnLoopback(() => new Response());
  const { port } = probe;
  await probe.stop(true);
  if (port === undefined) throw new Failure('Busy', 'No port of 127.0.0.1 is free.');
  return port;
}
