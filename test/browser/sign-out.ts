/** A sync server that answers everybody with what ours never does. */
export function serveSignOut(): Bun.Server<undefined> {
  return Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: answer });
}

function answer(request: Request): Response {
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization, dpop, content-type',
    'access-control-expose-headers': 'WWW-Authenticate',
    'www-authenticate': 'DPoP error="invalid_token"',
  };
  if (request.method === 'OPTIONS') return new Response(null, { headers });
  return Response.json({ error: 'invalid_token' }, { status: 401, headers });
}
