import type { ClientName } from '../../core/auth/client-names.ts';
import type { Core } from '../../core/core.ts';
import type { Events } from '../../core/events.ts';
import { logOf } from '../../core/log-areas.ts';
import type { Contribution } from '../../feature.ts';
import { asTemplate } from '../../platform/log.ts';
import { announce, announceAdmitted, announceName } from './announce.ts';
import { controlRoutes } from './controls.ts';
import { pairRoute } from './pair-page.ts';
import { pairingRoutes } from './pairing-controls.ts';

export function contribute(core: Core): Contribution {
  const { access, clientNames } = core;
  const log = logOf(core.log, 'access');
  const nameOf = ({ app, kind }: Pick<Events['approvalRequested'], 'app' | 'kind'>): ClientName | null =>
    (kind === 'vouched' && clientNames.find(app)) || null;
  return {
    routes: [pairRoute(access.pairing)],
    controls: [...controlRoutes(core), ...pairingRoutes(core)],
    on: {
      approvalRequested: (event) => log.warn(asTemplate(announce(event, nameOf(event))), { ...event }),
      rememberedAdmitted: (event) => log.info(asTemplate(announceAdmitted(event)), { ...event }),
      clientNamed: (event) => {
        // The announcement did not wait for the name; the owner may still wonder who asks.
        for (const { id, app } of access.list().approvals) {
          if (app.kind !== 'vouched' || app.clientId !== event.clientId) continue;
          log.warn(asTemplate(announceName(id, event)), { id, ...event });
        }
      },
    },
  };
}
