import type { Core } from '../../core/core.ts';
import type { Contribution } from '../../feature.ts';
import { answerPreflight, crossOriginHeaders } from './cross-origin.ts';
import { answerSignIn } from './sign-in.ts';

const path = '/authenticate';

export function contribute(core: Core): Contribution {
  return {
    routes: [
      { method: 'OPTIONS', path, handle: answerPreflight, headers: crossOriginHeaders },
      { method: 'POST', path, handle: (request, exchange) => answerSignIn(core, request, exchange) },
      { method: 'GET', path: '/.well-known/did.json', handle: () => answerDocument(core) },
    ],
  };
}

function answerDocument(core: Core): Response {
  return Response.json(core.serverDocument, {
    headers: { 'content-type': 'application/did+ld+json', 'access-control-allow-origin': '*' },
  });
}
