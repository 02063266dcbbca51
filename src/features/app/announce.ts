import type { ClientName } from '../../core/auth/client-names.ts';
import type { Events } from '../../core/events.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { describeClaim, describeName, describeVouched } from './describe.ts';

type Asker = Pick<Events['approvalRequested'], 'app' | 'kind'>;

/** What the owner can do about a new approval, ready to be pasted. */
export function announce(
  { id, namespace, ...asker }: Events['approvalRequested'],
  metadata: ClientName | null,
): string {
  return `${describeAsker(asker, metadata)} asks to sync ${namespace}. Let it in: groundmist app approve ${id}   Refuse it: groundmist app deny ${id}`;
}

/** What the app is called that asked, learnt a moment after it was announced. */
export function announceName(id: string, { clientId, ...metadata }: Events['clientNamed']): string {
  return `${id} is ${describeName(metadata)}: ${escapeUnprintable(clientId)}`;
}

/** A new device came in on an earlier yes. */
export function announceAdmitted({ app, namespace, deviceId }: Events['rememberedAdmitted']): string {
  const name = escapeUnprintable(app);
  // Revoking the one device would let the next new key in as this one.
  return `${name}, which you remember, syncs ${namespace} from the new device ${deviceId}. Not yours? Cut the app off, and be asked again: groundmist app revoke ${name}`;
}

function describeAsker({ app, kind }: Asker, metadata: ClientName | null): string {
  if (app === '') return 'An app without a name';
  if (kind === 'unverified') return `An app that says it is ${describeClaim(app)}`;
  const known = describeVouched(app, metadata);
  return metadata === null ? `${known}, as your PDS knows it,` : known;
}
