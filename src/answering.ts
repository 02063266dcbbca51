import { randomBytes } from 'node:crypto';
import type { Logger } from '@logtape/logtape';
import { makeShortId } from './core/auth/short-id.ts';
import type { Core } from './core/core.ts';
import { toFailure } from './core/failure.ts';
import { logOf } from './core/log-areas.ts';
import { toPublicFailure } from './core/public-failure.ts';
import type { Groundmist, SocketServer } from './groundmist.ts';
import {
  answer,
  describeExchange,
  failureResponse,
  isUpgrade,
  patternOf,
  requestIdHeader,
  upgrade,
} from './http.ts';
import type { CidrRange } from './platform/client-address.ts';
import type { Exchange, Route, SocketEndpoint } from './platform/http.ts';
import { refuseOtherNames } from './requested-host.ts';

/** What the network can reach. */
export interface Reachable {
  readonly routes: readonly Route[];
  readonly sockets: readonly SocketEndpoint[];
  readonly trustedProxies: readonly CidrRange[];
}

export function makeRequestId(): string {
  return makeShortId(randomBytes);
}

/**
 * Answers the network. Each request has an id of its own, in its answer and in all that the log says of it; what others
 * call it counts for nothing, for most proxies hand on what a stranger wrote.
 */
export function answering(core: Core, reachable: Reachable): Groundmist['fetch'] {
  const log = logOf(core.log, 'http');
  return async (request, server) => {
    const requestId = makeRequestId();
    const startedAt = core.clock.elapsed();
    const response = await answerOrFail(core, reachable, { request, server, requestId });
    response?.headers.set(requestIdHeader, requestId);
    if (log.isEnabledFor('debug')) {
      const durationMs = Math.round(core.clock.elapsed() - startedAt);
      // Nobody waits for it.
      void noteRequest(log, {
        request,
        response,
        pattern: patternOf(reachable, request),
        requestId,
        durationMs,
      });
    }
    return response;
  };
}

interface Asked {
  readonly request: Request;
  readonly server: SocketServer;
  readonly requestId: string;
}

async function answerOrFail(
  core: Core,
  { routes, sockets, trustedProxies }: Reachable,
  { request, server, requestId }: Asked,
): Promise<Response | undefined> {
  const { publicUrl } = core;
  try {
    refuseOtherNames(request, publicUrl);
    const exchange = describeExchange(request, server, { publicUrl, trustedProxies, requestId });
    if (!isUpgrade(request)) return await answer(routes, request, exchange);
    return await upgrade(sockets, request, server, exchange);
  } catch (error) {
    return answerFault(core, error, requestId);
  }
}

export function answerFault({ log }: Core, error: unknown, requestId: string): Response {
  return failureResponse(toPublicFailure(error, logOf(log, 'http'), requestId), requestId);
}

interface Answered {
  readonly request: Request;
  readonly response: Response | undefined;
  readonly pattern: string;
  readonly requestId: string;
  readonly durationMs: number;
}

/** Neither path nor query: there are secrets in them. */
async function noteRequest(
  log: Logger,
  { request: { method }, response, pattern, requestId, durationMs }: Answered,
): Promise<void> {
  const status = response?.status ?? 101;
  const sentBytes = (await response?.clone().bytes())?.length ?? 0;
  const properties = { method, pattern, status, durationMs, sentBytes, requestId };
  log.debug('{method} {pattern} {status} in {durationMs} ms, {sentBytes} bytes', properties);
}

/** The control socket is a file of this machine. */
const controlExchange: Omit<Exchange, 'requestId'> = {
  address: 'control',
  isAddressKnown: true,
  transport: { kind: 'sealed', peer: 'control' },
  keepOpen() {},
};

/** Answers the owner's command line, which hears why not in full. */
export function answeringOwner(core: Core, controls: readonly Route[]): Groundmist['control'] {
  const log = logOf(core.log, 'control');
  return async (request) => {
    const requestId = makeRequestId();
    try {
      return await answer(controls, request, { ...controlExchange, requestId });
    } catch (error) {
      const failure = toFailure(error);
      const { cause } = failure;
      if (failure.code === 'Internal') log.error('A command failed: {cause}', { cause, requestId });
      return failureResponse(failure, requestId);
    }
  };
}
