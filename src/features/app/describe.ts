import { escapeUnprintable } from '../../platform/escape.ts';
import { formatTable } from '../../platform/table.ts';
import type { Listing, ShownApproval } from './listing.ts';

const widestText = 60;

/** `app list` for a person; every text that an app gave is made harmless. */
export function describeListing({ approvals, apps }: Listing): string {
  const parts = [...describeWaiting(approvals), ...describeApps(apps)];
  return parts.length > 0 ? parts.join('\n\n') : 'No app has asked to sync yet.';
}

/** The name of an app, and whether anybody but itself says so. */
export function describeApp({ kind, name }: ShownApproval['app']): string {
  if (name === null) return 'an app without a name';
  return kind === 'vouched' ? clip(name) : `${clip(name)} (says so itself)`;
}

function describeWaiting(approvals: Listing['approvals']): readonly string[] {
  if (approvals.length === 0) return [];
  const rows = approvals.map((approval) => [
    approval.id,
    describeApp(approval.app),
    approval.namespace,
    approval.address,
    describeTime(approval.askedAt),
    clip(approval.userAgent ?? '-'),
  ]);
  const table = formatTable([['ID', 'APP', 'WANTS', 'FROM', 'ASKED (UTC)', 'BROWSER, AS IT SAYS'], ...rows]);
  return [
    `Waiting for your answer:\n${table}\nLet one in with \`groundmist app approve <id>\`, refuse it with \`groundmist app deny <id>\`.`,
  ];
}

function describeApps(apps: Listing['apps']): readonly string[] {
  const rows = apps.flatMap((app) =>
    app.devices.flatMap((device) =>
      device.access.map((access) => [
        describeApp(app),
        device.id,
        access.namespace,
        access.permission === 'read' ? 'read only' : 'read, write',
        describeTime(device.firstSeen),
        describeTime(device.lastSeen),
        String(device.sessions),
      ]),
    ),
  );
  if (rows.length === 0) return [];
  const heading = ['APP', 'DEVICE', 'NAMESPACE', 'MAY', 'FIRST SEEN (UTC)', 'LAST SEEN (UTC)', 'SESSIONS'];
  return [`May sync:\n${formatTable([heading, ...rows])}`];
}

function describeTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function clip(text: string): string {
  const shown = text.length > widestText ? `${text.slice(0, widestText - 1)}…` : text;
  return escapeUnprintable(shown);
}
