import type { ChallengeAnswers } from '../../core/certificate/acme-order.ts';
import { whyNotOpened, type Place } from './network-port.ts';

const challengePath = '/.well-known/acme-challenge/';
const idleSeconds = 10;
/** Nobody has a body to send here, and Bun takes 0 for no limit. */
const largestBodyBytes = 1;

export interface ChallengePort {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Plain HTTP, where an authority looks whether the name leads here (RFC 8555 §8.3) and browsers are led to https. Whatever else comes
 * is refused, for it would have travelled in the open; the query of an address is not repeated, for a token may stand in it.
 */
export function openChallengePort(place: Place, answers: ChallengeAnswers, publicUrl: URL): ChallengePort {
  try {
    const server = Bun.serve({
      ...place,
      fetch(request) {
        const response = answer(request, answers, publicUrl);
        response.headers.set('connection', 'close');
        return response;
      },
      maxRequestBodySize: largestBodyBytes,
      idleTimeout: idleSeconds,
      error: () => new Response('Something went wrong inside groundmist.\n', { status: 500 }),
    });
    return { port: server.port ?? place.port, close: () => server.stop(true) };
  } catch (error) {
    throw whyNotOpened(place, error);
  }
}

export function answer(request: Request, answers: ChallengeAnswers, publicUrl: URL): Response {
  const url = URL.parse(request.url);
  if (url?.hostname !== publicUrl.hostname) return say(421, `This is ${publicUrl.host}, and no other name.`);
  if (url.pathname.startsWith(challengePath)) {
    const proof = answers.get(url.pathname.slice(challengePath.length));
    if (proof === undefined) return say(404, 'Nobody asked for this.');
    return new Response(proof, { headers: { 'content-type': 'application/octet-stream' } });
  }
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!isReading || request.headers.has('upgrade') || request.headers.has('authorization')) {
    return say(403, `Use ${publicUrl.origin}: what you sent could be read on the way.`);
  }
  const location = `${publicUrl.origin}${url.pathname}`;
  return new Response(null, { status: 308, headers: { location } });
}

function say(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, { status });
}
