import type { Core } from '../../core/core.ts';
import { Failure } from '../../core/failure.ts';
import type { RequestMeasures } from '../../core/request-measures.ts';
import type { SocketEndpoint } from '../../platform/http.ts';

/** `wss://host/?token=…`: a session's token opens one socket in one namespace; anything else is a 401 before the upgrade. */
export function syncEndpoint({ plainHttp, sessions, hubs, clock, measures }: Core): SocketEndpoint {
  return {
    path: '/',
    async accept(request, { transport, requestId }) {
      plainHttp.refuse(transport, requestId);
      const token = new URL(request.url).searchParams.get('token') ?? '';
      const origin = request.headers.get('origin') ?? undefined;
      const found = sessions.verify(token, origin, clock.now());
      if (!found) return unauthorised(measures.requests);
      const hub = await hubs.open(found.namespace);
      // The first visit of a namespace may last as long as an import: meanwhile the owner may have changed their mind.
      const session = sessions.verify(token, origin, clock.now());
      if (!session) return unauthorised(measures.requests);
      if (hubs.hasRoom(session.deviceId)) return hub.connect(session, requestId);
      throw new Failure(
        'RateLimited',
        'This device has as many connections as it may; close some of its tabs.',
      );
    },
  };
}

function unauthorised({ refusals }: RequestMeasures): Response {
  refusals.add('NotPermitted');
  const body = {
    error: 'NotPermitted',
    message: 'This token opens nothing here (any more). POST /authenticate gives a new one.',
  };
  return Response.json(body, { status: 401 });
}
