import { randomBytes } from 'node:crypto';
import type { Logger } from '@logtape/logtape';
import type { Configuration } from './configuration.ts';
import { answerFault, answering, answeringOwner } from './answering.ts';
import { openCore, type Core } from './core/core.ts';
import { logOf } from './core/log-areas.ts';
import { makeRequestId } from './core/request-id.ts';
import { publicUrlOf } from './core/identity/public-url.ts';
import { defaultSyncLimits } from './core/sync/limits.ts';
import type { Contribution, Feature } from './feature.ts';
import type { Groundmist } from './groundmist.ts';
import { socketHandler } from './http.ts';
import type { Clock } from './platform/clock.ts';
import type { CidrRange } from './platform/client-address.ts';
import { createOutbound } from './platform/outbound.ts';
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

/** What the network, the owner and who watches the server reach of these contributions, fixed from here on. */
function serving(
  core: Core,
  contributions: readonly Contribution[],
  trustedProxies: readonly CidrRange[],
  opened: AsyncDisposableStack,
): Groundmist {
  const routes = contributions.flatMap((one) => one.routes ?? []);
  const sockets = contributions.flatMap((one) => one.sockets ?? []);
  const controls = contributions.flatMap((one) => one.controls ?? []);
  const monitoring = contributions.flatMap((one) => one.monitoring ?? []);
  return {
    core,
    fetch: answering(core, { routes, sockets, trustedProxies }),
    fail: (error) => answerFault(core, error, makeRequestId()),
    websocket: socketHandler(defaultSyncLimits, logOf(core.log, 'sync')),
    control: answeringOwner(core, controls, 'control'),
    monitor: answeringOwner(core, monitoring, 'monitoring'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
