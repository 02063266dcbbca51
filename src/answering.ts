import type { Logger } from '@logtape/logtape';
import type { Core } from './core/core.ts';
import { toFailure } from './core/failure.ts';
import { logOf } from './core/log-areas.ts';
import { toPublicFailure } from './core/public-failure.ts';
import { makeRequestId, requestIdHeader } from './core/request-id.ts';
import type { Groundmist, SocketServer } from './groundmist.ts';
import { answer, describeExchange, failureResponse, isUpgrade, patternOf, upgrade } from './http.ts';
import type { CidrRange } from './platform/client-address.ts';
import type { Exchange, Route, SocketEndpoint } from './platform/http.ts';
import { OtherNames } from './requested-host.ts';

/** What the network can reach. */
export interface Reachable {
  readonly routes: readonly Route[];
  readonly sockets: readonly SocketEndpoint[];
  readonly trustedProxies: readonly CidrRange[];
}

const switchingProtocols = 101;

/**
 * Answers the network, and counts the answers. Each request has an id of its own, in its answer and in all that the log says of it; what others
 * call it counts for nothing, for most proxies hand on what a stranger wrote.
 */
export function answering(core: Core, reachable: Reachable): Groundmist['fetch'] {
  const log = logOf(core.log, 'http');
  const { publicUrl } = core;
  const { trustedProxies } = reachable;
  const otherNames = new OtherNames(publicUrl, log);
  return async (request, server) => {
    const requestId = makeRequestId();
    const startedAt = core.clock.elapsed();
    const exchange = describeExchange(request, server, { publicUrl, trustedProxies, requestId });
    const response = await answerOrFail(core, reachable, { request, server, exchange, otherNames });
    response?.headers.set(requestIdHeader, requestId);
    core.measures.requests.answers.add(`${response?.status ?? switchingProtocols}`);
    if (log.isEnabledFor('debug')) {
      const durationMs = Math.round(core.clock.elapsed() - startedAt);
      // Nobody waits for it.
      void noteRequest(log, {
        request,
        response,
        pattern: patternOf(reachable, request),
        exchange,
        durationMs,
      });
    }
    return response;
  };
}

interface Asked {
  readonly request: Request;
  readonly server: SocketServer;
  readonly exchange: Exchange;
  readonly otherNames: OtherNames;
}

async function answerOrFail(
  core: Core,
  { routes, sockets }: Reachable,
  { request, server, exchange, otherNames }: Asked,
): Promise<Response | undefined> {
  try {
    otherNames.refuse(request, exchange, core.clock.elapsed());
    if (!isUpgrade(request)) return await answer(routes, request, exchange);
    return await upgrade(sockets, request, server, exchange);
  } catch (error) {
    return answerFault(core, error, exchange.requestId);
  }
}

export function answerFault({ log, measures }: Core, error: unknown, requestId: string): Response {
  const failure = toPublicFailure(error, logOf(log, 'http'), requestId);
  measures.requests.refusals.add(failure.code);
  return failureResponse(failure, requestId);
}

interface Answered {
  readonly request: Request;
  readonly response: Response | undefined;
  readonly pattern: string;
  readonly exchange: Exchange;
  readonly durationMs: number;
}

/** Neither path nor query: there are secrets in them. */
async function noteRequest(
  log: Logger,
  { request: { method }, response, pattern, exchange: { address, requestId }, durationMs }: Answered,
): Promise<void> {
  const status = response?.status ?? switchingProtocols;
  const sentBytes = (await response?.clone().bytes())?.length ?? 0;
  const properties = { method, pattern, status, durationMs, sentBytes, address, requestId };
  log.debug('{method} {pattern} {status} in {durationMs} ms, {sentBytes} bytes, to {address}', properties);
}

/** Answers those on this machine that hear why not in full: the owner's command line, and who watches the server. */
export function answeringOwner(
  core: Core,
  routes: readonly Route[],
  peer: 'control' | 'monitoring',
): Groundmist['control'] {
  const log = logOf(core.log, 'control');
  const transport = { kind: 'sealed', peer } as const;
  const exchange: Omit<Exchange, 'requestId'> = {
    address: peer,
    isAddressKnown: true,
    transport,
    keepOpen() {},
  };
  return async (request) => {
    const requestId = makeRequestId();
    try {
      const response = await answer(routes, request, { ...exchange, requestId });
      response.headers.set(requestIdHeader, requestId);
      return response;
    } catch (error) {
      const failure = toFailure(error);
      const { cause } = failure;
      if (failure.code === 'Internal') log.error('A command failed: {cause}', { cause, requestId });
      return failureResponse(failure, requestId);
    }
  };
}
