import { randomBytes } from 'node:crypto';
import type { Logger } from '@logtape/logtape';
import type { Configuration } from './configuration.ts';
import { openCore, type Core } from './core/core.ts';
import { toFailure } from './core/failure.ts';
import { publicUrlOf } from './core/identity/public-url.ts';
import { toPublicFailure } from './core/public-failure.ts';
import { defaultSyncLimits } from './core/sync/limits.ts';
import type { Contribution, Feature } from './feature.ts';
import type { Groundmist } from './groundmist.ts';
import { answer, describeExchange, failureResponse, isUpgrade, socketHandler, upgrade } from './http.ts';
import type { Clock } from './platform/clock.ts';
import type { CidrRange } from './platform/client-address.ts';
import type { Exchange } from './platform/http.ts';
import { createOutbound } from './platform/outbound.ts';
import { refuseOtherNames } from './requested-host.ts';
import { coreSettings } from './settings.ts';

export interface ComposeOptions {
  readonly features: readonly Feature[];
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Builds the core and starts the features on it; nothing listens yet. Disposing closes all, features first. */
export async function compose({ features, configuration, clock, log }: ComposeOptions): Promise<Groundmist> {
  const values = configuration.read(coreSettings);
  await using opened = new AsyncDisposableStack();
  const { core, addPolicy, onHubOpen } = opened.use(
    await openCore({
      ...values,
      publicUrl: publicUrlOf(values.host, values.port),
      listen: `${values.listen}:${values.port}`,
      tables: features.flatMap((feature) => feature.tables ?? []),
      clock,
      log,
      fetch: createOutbound({ privateHosts: values.privateHosts ?? [] }),
      randomBytes,
    }),
  );
  const contributions: Contribution[] = [];
  for (const feature of features) {
    const contribution = await feature.start?.(core, configuration.read(feature.settings ?? {}));
    if (!contribution) continue;
    contributions.push(contribution);
    opened.defer(async () => await contribution.close?.());
    contribution.policies?.forEach(addPolicy);
    if (contribution.onHubOpen) onHubOpen(contribution.onHubOpen);
    if (contribution.on) core.events.listen(contribution.on);
    if (contribution.report) core.reports.add(contribution.report);
  }
  return serving(core, contributions, values.trustedProxies, opened.move());
}

const switchingProtocols = 101;

const controlExchange = localExchange('control');
const monitoringExchange = localExchange('monitoring');

/** For who is not told apart by an address. */
function localExchange(peer: string): Exchange {
  return { address: peer, isAddressKnown: true, transport: { kind: 'sealed', peer }, keepOpen() {} };
}

/** What the network and the owner reach of these contributions, fixed from here on. */
function serving(
  core: Core,
  contributions: readonly Contribution[],
  trustedProxies: readonly CidrRange[],
  opened: AsyncDisposableStack,
): Groundmist {
  const routes = contributions.flatMap((one) => one.routes ?? []);
  const controls = contributions.flatMap((one) => one.controls ?? []);
  const monitoring = contributions.flatMap((one) => one.monitoring ?? []);
  const sockets = contributions.flatMap((one) => one.sockets ?? []);
  const failOwner = (error: unknown) => {
    const failure = toFailure(error);
    if (failure.code === 'Internal')
      core.log.error('The owner could not be answered: {cause}', { cause: failure.cause });
    return failureResponse(failure);
  };
  const { requests } = core.measures;
  const decide: Groundmist['fetch'] = async (request, server) => {
    try {
      refuseOtherNames(request, core.publicUrl);
      const exchange = describeExchange(request, server, { publicUrl: core.publicUrl, trustedProxies });
      if (isUpgrade(request)) return await upgrade(sockets, request, server, exchange);
      return await answer(routes, request, exchange);
    } catch (error) {
      const failure = toPublicFailure(error, core.log);
      requests.refusals.add(failure.code);
      return failureResponse(failure);
    }
  };
  return {
    core,
    websocket: socketHandler(defaultSyncLimits),
    async fetch(request, server) {
      const response = await decide(request, server);
      requests.answers.add(`${response?.status ?? switchingProtocols}`);
      return response;
    },
    control: (request) => answer(controls, request, controlExchange).catch(failOwner),
    monitor: (request) => answer(monitoring, request, monitoringExchange).catch(failOwner),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
