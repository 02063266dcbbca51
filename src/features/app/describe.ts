import type { ClientName } from '../../core/auth/client-names.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import type { AnsweredApproval, ShownApproval } from './listing.ts';

const widestText = 60;

/** The name of an app, and whether anybody but itself says so. */
export function describeApp({ kind, name, metadata }: ShownApproval['app']): string {
  if (name === null) return 'an app without a name';
  return kind === 'vouched'
    ? describeVouched(name, metadata)
    : `${describeClaim(clip(name))} (says so itself)`;
}

/** What an app calls itself: one word as it stands, anything else in quotation marks, or it could go on as our sentence. */
export function describeClaim(says: string): string {
  const shown = escapeUnprintable(says);
  return /^[!-~]+…?$/.test(shown) ? shown : `"${shown.replaceAll('"', "'")}"`;
}

/** A vouched app by its client id, in full, for many apps may share a host; before it what it is called, and by whom. */
export function describeVouched(clientId: string, metadata: ClientName | null): string {
  const id = escapeUnprintable(clientId);
  return metadata === null ? id : `${describeName(metadata)} (${id})`;
}

export function describeName({ name, host }: ClientName): string {
  return `"${escapeUnprintable(name)}", as ${escapeUnprintable(host)} says`;
}

export function describePermission(permission: string): string {
  return permission === 'read' ? 'read only' : 'read, write';
}

/** What the owner decided, as a sentence. */
export function describeAnswer({ app, namespace, permission, remembered }: AnsweredApproval): string {
  const name = describeApp(app);
  if (permission === 'none') return `${name} may not sync ${namespace}.`;
  const may = permission === 'read' ? 'may read' : 'may read and write';
  const later = remembered ? ' Its later devices come in without a question.' : '';
  return `${name} ${may} ${namespace}.${later}`;
}

/** Who asks, line by line, with everything that could tell a stranger from one's own device. */
export function describeQuestion({ app, namespace, address, userAgent, origin }: ShownApproval): string {
  return [
    `${describeApp(app)} asks to sync ${namespace}.`,
    `  from     ${escapeUnprintable(address)}`,
    `  browser  ${clip(userAgent ?? 'says nothing')} (as it says)`,
    `  page     ${clip(origin ?? 'none')} (as it says)`,
  ].join('\n');
}

export function describeTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** A text that an app gave, made short and harmless. */
export function clip(text: string): string {
  const shown = text.length > widestText ? `${text.slice(0, widestText - 1)}…` : text;
  return escapeUnprintable(shown);
}
