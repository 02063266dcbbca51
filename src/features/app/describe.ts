import { escapeUnprintable } from '../../platform/escape.ts';
import type { AnsweredApproval, ShownApproval } from './listing.ts';

const widestText = 60;

/**
 * The name of an app, and whether anybody but itself says so. A vouched one is named in full: many
 * apps may share its host.
 */
export function describeApp({ kind, name }: ShownApproval['app']): string {
  if (name === null) return 'an app without a name';
  return kind === 'vouched' ? escapeUnprintable(name) : `${clip(name)} (says so itself)`;
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
