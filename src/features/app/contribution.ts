import type { Core } from '../../core/core.ts';
import type { Events } from '../../core/events.ts';
import type { Contribution } from '../../feature.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { controlRoutes } from './controls.ts';
import { pairRoute } from './pair-page.ts';
import { pairingRoutes } from './pairing-controls.ts';

export function contribute(core: Core): Contribution {
  return {
    routes: [pairRoute(core.access.pairing)],
    controls: [...controlRoutes(core), ...pairingRoutes(core)],
    on: {
      approvalRequested: (event) => core.log.warn(asTemplate(announce(event)), { ...event }),
      rememberedAdmitted: (event) => core.log.info(asTemplate(announceAdmitted(event)), { ...event }),
    },
  };
}

/** What the owner can do about a new approval, ready to be pasted. */
export function announce({ id, namespace, ...asker }: Events['approvalRequested']): string {
  return `${describeAsker(asker)} asks to sync ${namespace}. Let it in: groundmist app approve ${id}   Refuse it: groundmist app deny ${id}`;
}

/** A new device came in on an earlier yes. */
export function announceAdmitted({ app, namespace, deviceId }: Events['rememberedAdmitted']): string {
  return `${escapeUnprintable(app)}, which you remember, syncs ${namespace} from a new device. Not yours? groundmist app revoke ${deviceId}`;
}

function describeAsker({ app, kind }: Pick<Events['approvalRequested'], 'app' | 'kind'>): string {
  if (app === '') return 'An app without a name';
  const name = escapeUnprintable(app);
  return kind === 'vouched' ? `${name}, as your PDS knows it,` : `An app that says it is ${name}`;
}

/** An app may have braces in its name, and to the log they would be placeholders. */
function asTemplate(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}');
}
