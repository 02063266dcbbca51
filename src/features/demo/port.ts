import { Failure } from '../../core/failure.ts';
import { createOutbound } from '../../platform/outbound.ts';

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
export async function freePort(reach = reachItself): Promise<number> {
  const probe = serveOnLoopback(() => new Response());
  const { port } = probe;
  try {
    if (port === undefined) throw new Failure('Busy', 'No port of 127.0.0.1 is free.');
    await reach(`localhost:${port}`);
    return port;
  } finally {
    await probe.stop(true);
  }
}

/** The way that apps and server take in the demo. */
export async function reachItself(host: string): Promise<void> {
  try {
    await createOutbound({ privateHosts: [host] })(`http://${host}/`);
  } catch (cause) {
    const why = cause instanceof Error ? ` ${cause.message}` : '';
    throw new Failure(
      'NotReady',
      `This machine cannot reach itself as localhost, which the demo needs.${why} Either its loopback interface is off: \`sudo ip link set lo up\` turns it on. Or it does not know the name: /etc/hosts needs the line \`127.0.0.1 localhost\`.`,
      { cause },
    );
  }
}
