import { randomBytes } from 'node:crypto';
import { nothingHere } from '../../core/control.ts';
import type { Core } from '../../core/core.ts';
import { Failure } from '../../core/failure.ts';
import type { Contribution } from '../../feature.ts';
import { isTrusted, type CidrRange } from '../../platform/client-address.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Exchange, Route, SocketEndpoint } from '../../platform/http.ts';
import { arrivalSchema, probePath, type Arrival } from './arrival.ts';
import { echo } from './echo.ts';
import { Probes } from './probes.ts';

/** Over the control socket `doctor` opens probes and reads what arrived; from the network they come in by their codes. */
export function contribute(
  { clock }: Pick<Core, 'clock'>,
  trustedProxies: readonly CidrRange[],
): Contribution {
  const probes = new Probes({ clock, randomBytes });
  const use: Use = (request, exchange, way) => {
    const code = new URL(request.url).searchParams.get('code') ?? '';
    return probes.use(code, describeArrival(request, exchange, { way, trustedProxies }));
  };
  return { controls: controlsOf(probes), routes: [routeOf(use)], sockets: [socketOf(use, clock)] };
}

/** Uses up the probe that a request names: the answer to it, or undefined where it names none that is good. */
type Use = (request: Request, exchange: Exchange, way: Arrival['way']) => string | undefined;

function controlsOf(probes: Probes): readonly Route[] {
  return [
    { method: 'POST', path: '/probes', handle: () => Response.json(probes.open()) },
    {
      method: 'GET',
      path: '/probes/:code',
      handle({ url }) {
        const code = new URL(url).pathname.split('/').at(-1) ?? '';
        return Response.json({ arrival: probes.close(code) ?? null });
      },
    },
  ];
}

function routeOf(use: Use): Route {
  return {
    method: 'GET',
    path: probePath,
    isHidden: true,
    handle(request, exchange) {
      const answer = use(request, exchange, 'http');
      // Word for word what any other address says, so that a stranger learns nothing.
      if (answer === undefined) throw new Failure('NotFound', nothingHere);
      return Response.json({ answer }, { headers: { 'cache-control': 'no-store' } });
    },
  };
}

function socketOf(use: Use, clock: Clock): SocketEndpoint {
  return {
    path: probePath,
    accept(request, exchange) {
      const answer = use(request, exchange, 'websocket');
      if (answer === undefined) throw new Failure('NotFound', 'There is no WebSocket at this address.');
      return echo(clock);
    },
  };
}

interface Way {
  readonly way: Arrival['way'];
  readonly trustedProxies: readonly CidrRange[];
}

function describeArrival({ headers }: Request, exchange: Exchange, { way, trustedProxies }: Way): Arrival {
  const { address, transport } = exchange;
  return arrivalSchema.parse({
    way,
    host: headers.get('host'),
    forwardedFor: headers.get('x-forwarded-for'),
    peer: transport.peer,
    isPeerTrusted: isTrusted(transport.peer, trustedProxies),
    address,
    transport: transport.kind,
  });
}
