import type { Core } from '../../core/core.ts';
import { Failure } from '../../core/failure.ts';
import { logOf } from '../../core/log-areas.ts';
import type { SocketEndpoint } from '../../platform/http.ts';

/** `wss://host/?token=…`: a session's token opens one socket in one namespace; anything else is a 401 before the upgrade. */
export function syncEndpoint({ plainHttp, sessions, hubs, clock, measures, log }: Core): SocketEndpoint {
  const syncLog = logOf(log, 'sync');
  const unauthorised = (token: string, known: Known): Response => {
    const reason = token === '' ? 'no token came with it' : whyUnknown;
    syncLog.debug('A socket was refused: {reason}', { reason, ...known });
    measures.requests.refusals.add('NotPermitted');
    return refusal();
  };
  return {
    path: '/',
    async accept(request, { transport, address, requestId }) {
      plainHttp.refuse(transport, requestId);
      const token = new URL(request.url).searchParams.get('token') ?? '';
      const origin = request.headers.get('origin') ?? undefined;
      const known = { origin, address, requestId };
      const found = sessions.verify(token, origin, clock.now());
      if (!found) return unauthorised(token, known);
      const hub = await hubs.open(found.namespace);
      // The first visit of a namespace may last as long as an import: meanwhile the owner may have changed their mind.
      const session = sessions.verify(token, origin, clock.now());
      if (!session) return unauthorised(token, known);
      if (hubs.hasRoom(session.deviceId)) return hub.connect(session, requestId);
      throw new Failure(
        'RateLimited',
        'This device has as many connections as it may; close some of its tabs.',
      );
    },
  };
}

/** What the log may say of who knocks. */
interface Known {
  readonly origin: string | undefined;
  readonly address: string;
  readonly requestId: string;
}

/** A stranger must not learn which of these it is; the store keeps hashes, and does not know either. */
const whyUnknown = 'its token was never given, has ended, or is for an app of another origin';

function refusal(): Response {
  const body = {
    error: 'NotPermitted',
    message: 'This token opens nothing here (any more). POST /authenticate gives a new one.',
  };
  return Response.json(body, { status: 401 });
}
