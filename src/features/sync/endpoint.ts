import type { Core } from '../../core/core.ts';
import type { SocketEndpoint } from '../../platform/http.ts';

/** `wss://host/?token=…`: a session's token opens one socket in one namespace; anything else is a 401 before the upgrade. */
export function syncEndpoint({ sessions, hubs, clock }: Core): SocketEndpoint {
  return {
    path: '/',
    async accept(request) {
      const token = new URL(request.url).searchParams.get('token') ?? '';
      const origin = request.headers.get('origin') ?? undefined;
      const asked = sessions.verify(token, origin, clock.now());
      if (!asked) return unauthorised();
      const hub = await hubs.open(asked.namespace);
      // Opening may take as long as an import: the owner may have revoked the device meanwhile.
      const session = sessions.verify(token, origin, clock.now());
      return session ? hub.connect(session) : unauthorised();
    },
  };
}

function unauthorised(): Response {
  const body = {
    error: 'NotPermitted',
    message: 'This token opens nothing here (any more). POST /authenticate gives a new one.',
  };
  return Response.json(body, { status: 401 });
}
