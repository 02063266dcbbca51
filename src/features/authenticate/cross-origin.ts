const requestHeaders = 'authorization, dpop, content-type';
const exposedHeaders = 'DPoP-Nonce, WWW-Authenticate, Retry-After, X-Request-Id';
const preflightSeconds = '600';

/**
 * The CORS headers of every answer (https://fetch.spec.whatwg.org/#http-cors-protocol). Any page may
 * ask: what lets it in is its key and the owner's yes. Cookies play no part, so no credentials.
 */
export function crossOriginHeaders(request: Request): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders,
  };
}

export function answerPreflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...crossOriginHeaders(request),
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': requestHeaders,
      'access-control-max-age': preflightSeconds,
    },
  });
}
