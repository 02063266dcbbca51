import { Failure, failures, type FailureCode } from '../../core/failure.ts';
import { logOf } from '../../core/log-areas.ts';
import type { CommandContext } from '../../feature.ts';
import type { Groundmist } from '../../groundmist.ts';
import { makeRequestId, requestIdHeader } from '../../core/request-id.ts';
import { coreSettings } from '../../settings.ts';
import { isLoopbackAddress } from '../../platform/address.ts';
import { findText } from '../../platform/config.ts';
import { nameHealth } from '../../platform/nameless-look.ts';
import { Slots } from '../../platform/slots.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';
import { serveSettings } from './feature.ts';
import { mayWatch } from './may-watch.ts';

/** Nothing that is asked here has a body. */
const largestBodyBytes = 1024;
const idleSeconds = 10;
/** A program that watches asks once in some seconds, and hears at once. */
const requestsAtOnce = { inAll: 8, perKey: 8 };

/**
 * Opens the listener of the programs that watch this server, where the settings do not say `off`; after the port of the apps. Where that port,
 * which nobody chose, is taken the server runs without and warns of it; `Busy` or `ConfigurationInvalid` where it was chosen.
 */
export function openMonitoring(
  groundmist: Groundmist,
  { configuration }: Pick<CommandContext, 'configuration'>,
): Disposable | undefined {
  const { metrics } = configuration.read(serveSettings);
  const { port } = configuration.read({ port: coreSettings.port });
  if (metrics === 'off') return undefined;
  const log = logOf(groundmist.core.log, 'server');
  const isChosen = findText(serveSettings.metrics, configuration.sources).origin.kind !== 'default';
  try {
    const listener = listenForWatchers(groundmist, metrics);
    // Where it always is nobody has to hear of it.
    log[isChosen ? 'info' : 'debug']('Metrics and the reasons of /ready are at {url}', {
      url: listener.url.href,
    });
    return { [Symbol.dispose]: () => void listener.stop(true) };
  } catch (error) {
    const failure = whyNotOpened(metrics, error, port);
    if (isChosen) throw failure;
    const warning = `${failure.message} This server runs without.`;
    log.warn('{warning}', { warning });
    groundmist.core.reports.add(() => ({ warnings: [warning] }));
    return undefined;
  }
}

function listenForWatchers(groundmist: Groundmist, address: SocketAddress): Bun.Server<undefined> {
  const slots = new Slots(requestsAtOnce);
  const isOpenToOthers = address.hostname !== 'localhost' && !isLoopbackAddress(address.hostname);
  return Bun.serve({
    ...address,
    maxRequestBodySize: largestBodyBytes,
    idleTimeout: idleSeconds,
    async fetch(asked) {
      const request = nameHealth(asked, 'http://localhost');
      if (!mayWatch(request, { isOpenToOthers })) return refused('InvalidRequest', whichNames);
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return refused('MethodNotAllowed', 'This address answers GET, HEAD.', { allow: 'GET, HEAD' });
      using slot = slots.take('');
      if (slot === undefined) return refused('RateLimited', 'Too many programs ask at once.');
      return guarded(await groundmist.monitor(request));
    },
    error: (error) => guarded(groundmist.fail(error)),
  });
}

const whichNames =
  'Ask by an address, as http://127.0.0.1:3032/metrics, or by localhost: a name may lead here from anywhere.';

function refused(
  code: FailureCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { status } = failures[code];
  const all = { ...headers, [requestIdHeader]: makeRequestId() };
  return guarded(Response.json({ error: code, message }, { status, headers: all }));
}

/** Of no use to a page that has it loaded as a script or a picture, kept nowhere, and the only answer on its connection. */
function guarded(response: Response): Response {
  response.headers.set('cache-control', 'no-store');
  response.headers.set('connection', 'close');
  response.headers.set('cross-origin-resource-policy', 'same-origin');
  response.headers.set('x-content-type-options', 'nosniff');
  return response;
}

function whyNotOpened({ hostname, port }: SocketAddress, cause: unknown, portOfApps: number): Failure {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const remedy = 'Set GROUNDMIST_METRICS to another one, or to off.';
  if (code === 'EADDRINUSE' && port === portOfApps) {
    const sentence = `The port ${port}, where metrics are to be asked for, is the one for apps (PORT). ${remedy}`;
    return new Failure('ConfigurationInvalid', sentence, { cause });
  }
  if (code === 'EADDRINUSE') {
    const sentence = `The port ${port} of ${hostname}, where metrics are to be asked for, is taken by another program. ${remedy}`;
    return new Failure('Busy', sentence, { cause });
  }
  const sentence = `Metrics cannot be asked for on ${hostname}, port ${port}: it is no address of this machine, or this user may not open that port. ${remedy}`;
  // The address may be there in a moment.
  return new Failure(code === 'EADDRNOTAVAIL' ? 'ServiceFailed' : 'ConfigurationInvalid', sentence, {
    cause,
  });
}
