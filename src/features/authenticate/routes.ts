import type { Core } from '../../core/core.ts';
import type { Contribution } from '../../feature.ts';
import { RateLimiter } from '../../platform/limits.ts';
import { Slots } from '../../platform/slots.ts';
import { answerPreflight, crossOriginHeaders } from './cross-origin.ts';
import { answerSignIn } from './sign-in.ts';

const path = '/authenticate';
/**
 * Each attempt makes us check a signature. An app needs two, three times over at its first start, and
 * behind one address may be a household, or everybody where a proxy hides who asks.
 */
const attemptsPerNetwork = { burst: 120, everyMs: 500, mostKeys: 10_000 };
/** A body arrives in an instant, unless somebody means to keep a connection busy with it. */
const bodiesAtOnce = { inAll: 256, perKey: 32 };

export function contribute(core: Core): Contribution {
  const reception = {
    core,
    attempts: new RateLimiter(attemptsPerNetwork),
    bodies: new Slots(bodiesAtOnce),
  };
  return {
    routes: [
      { method: 'OPTIONS', path, handle: answerPreflight, headers: crossOriginHeaders },
      { method: 'POST', path, handle: (request, exchange) => answerSignIn(reception, request, exchange) },
      { method: 'GET', path: '/.well-known/did.json', handle: () => answerDocument(core) },
    ],
  };
}

function answerDocument(core: Core): Response {
  return Response.json(core.serverDocument, {
    headers: { 'content-type': 'application/did+ld+json', 'access-control-allow-origin': '*' },
  });
}
