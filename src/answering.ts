import type { Core } from './core/core.ts';
import { toFailure } from './core/failure.ts';
import { toPublicFailure } from './core/public-failure.ts';
import type { Groundmist, SocketServer } from './groundmist.ts';
import { answer, describeExchange, failureResponse, isUpgrade, upgrade } from './http.ts';
import type { CidrRange } from './platform/client-address.ts';
import type { Exchange, Route, SocketEndpoint } from './platform/http.ts';
import { refuseOtherNames } from './requested-host.ts';

/** What the network can reach. */
export interface Reachable {
  readonly routes: readonly Route[];
  readonly sockets: readonly SocketEndpoint[];
  readonly trustedProxies: readonly CidrRange[];
}

const switchingProtocols = 101;

/** Answers the network, and counts the answers. */
export function answering(core: Core, reachable: Reachable): Groundmist['fetch'] {
  return async (request, server) => {
    const response = await answerOrFail(core, reachable, { request, server });
    core.measures.requests.answers.add(`${response?.status ?? switchingProtocols}`);
    return response;
  };
}

interface Asked {
  readonly request: Request;
  readonly server: SocketServer;
}

async function answerOrFail(
  { publicUrl, log, measures }: Core,
  { routes, sockets, trustedProxies }: Reachable,
  { request, server }: Asked,
): Promise<Response | undefined> {
  try {
    refuseOtherNames(request, publicUrl);
    const exchange = describeExchange(request, server, { publicUrl, trustedProxies });
    if (isUpgrade(request)) return await upgrade(sockets, request, server, exchange);
    return await answer(routes, request, exchange);
  } catch (error) {
    const failure = toPublicFailure(error, log);
    measures.requests.refusals.add(failure.code);
    return failureResponse(failure);
  }
}

/** Answers those on this machine that hear why not in full: the owner's command line, and who watches the server. */
export function answeringOwner(
  core: Core,
  routes: readonly Route[],
  peer: 'control' | 'monitoring',
): Groundmist['control'] {
  const transport = { kind: 'sealed', peer } as const;
  const exchange: Exchange = { address: peer, isAddressKnown: true, transport, keepOpen() {} };
  return async (request) => {
    try {
      return await answer(routes, request, exchange);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'Internal') core.log.error('A command failed: {cause}', { cause: failure.cause });
      return failureResponse(failure);
    }
  };
}
