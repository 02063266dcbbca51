import { fitTable } from '../../platform/table.ts';
import { clip, describeApp, describePermission, describeTime } from './describe.ts';
import type { Listing } from './listing.ts';

type App = Listing['apps'][number];
type Device = App['devices'][number];

/** `app list` for a person, in a terminal so many columns wide. */
export function describeListing({ approvals, apps }: Listing, width: number): string {
  const parts = [
    ...describeWaiting(approvals, width),
    ...describeDevices(apps, width),
    ...describeRemembered(apps, width),
  ];
  return parts.length > 0 ? parts.join('\n\n') : 'No app may sync, and none waits for your answer.';
}

function describeWaiting(approvals: Listing['approvals'], width: number): readonly string[] {
  if (approvals.length === 0) return [];
  const rows = approvals.map((approval) => [
    approval.id,
    describeApp(approval.app),
    approval.namespace,
    approval.address,
    describeTime(approval.askedAt),
    clip(approval.origin ?? '-'),
    clip(approval.userAgent ?? '-'),
  ]);
  const heading = ['ID', 'APP', 'WANTS', 'FROM', 'ASKED (UTC)', 'PAGE, AS IT SAYS', 'BROWSER, AS IT SAYS'];
  return [
    `Waiting for your answer:\n${fitTable([heading, ...rows], width)}\nLet one in with \`groundmist app approve <id>\`, refuse it with \`groundmist app deny <id>\`.`,
  ];
}

function describeDevices(apps: readonly App[], width: number): readonly string[] {
  const rows = apps.flatMap((app) =>
    app.devices.flatMap((device) =>
      device.access.map((access) => [
        describeListed(app),
        device.id,
        clip(device.origin ?? '-'),
        access.namespace,
        access.id,
        describePermission(access.permission),
        describeTime(device.firstSeen),
        describeTime(device.lastSeen),
        describePresent(device),
      ]),
    ),
  );
  if (rows.length === 0) return [];
  const seen = ['FIRST SEEN (UTC)', 'LAST SEEN (UTC)'];
  const heading = ['APP', 'DEVICE', 'PAGE', 'NAMESPACE', 'APPROVAL', 'MAY', ...seen, 'NOW'];
  return [
    `May sync documents of ${apps[0]?.account}:\n${fitTable([heading, ...rows], width)}\n${whatNext.join('\n')}`,
  ];
}

/** One that gave no name is listed under the id of its device, which is our word. */
function describeListed(app: App): string {
  const isNameless = app.devices.some(({ id }) => id === app.name);
  return describeApp(isNameless ? { ...app, name: null } : app);
}

const whatNext = [
  'Change what one may do: `groundmist app approve <approval>`.',
  'Cut one off: `groundmist app revoke <device>`, or `<app>` for all.',
];

function describePresent({ sockets, mustReload }: Device): string {
  const connected = sockets === 0 ? [] : [sockets === 1 ? '1 connection' : `${sockets} connections`];
  return [...connected, ...(mustReload ? ['reload the app'] : [])].join(', ') || '-';
}

function describeRemembered(apps: readonly App[], width: number): readonly string[] {
  const rows = apps.flatMap((app) =>
    app.remembered.map(({ namespace, permission }) => [
      describeApp(app),
      namespace,
      describePermission(permission),
    ]),
  );
  if (rows.length === 0) return [];
  const table = fitTable([['APP', 'NAMESPACE', 'MAY'], ...rows], width);
  return [
    `Later devices come in without a question:\n${table}\nEnd that with \`groundmist app revoke <app>\`.`,
  ];
}
