import { appKey, appName } from '../auth/app.ts';
import type { AppClaim } from '../auth/credentials.ts';
import type { Device, Devices } from '../auth/device.ts';
import type { Permission } from '../auth/permission.ts';
import type { Sessions } from '../auth/session.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { Approval, ApprovalTable } from './approval-table.ts';
import type { RememberedApp, RememberedApps } from './remembered-apps.ts';

/** What a device may do in one namespace. */
export interface DeviceAccess {
  readonly approvalId: string;
  readonly namespace: Namespace;
  readonly permission: Permission;
}

export interface ListedDevice extends Device {
  readonly access: readonly DeviceAccess[];
  /** Sync tokens it holds. */
  readonly sessionCount: number;
  /** When it last knocked with a sync token that opens nothing any more: its page has to be loaded again. */
  readonly refusedAt: number | undefined;
}

/** The devices of one app, as far as we can tell apps apart. */
export interface ListedApp {
  readonly kind: AppClaim['kind'];
  /** The vouched client id, or what it says it is; a device id where it says nothing. */
  readonly name: string;
  /** Where its later devices come in without a question. */
  readonly remembered: readonly Pick<RememberedApp, 'namespace' | 'permission'>[];
  readonly devices: readonly ListedDevice[];
}

export interface AccessList {
  /** Those that wait for an answer. */
  readonly approvals: readonly Approval[];
  readonly apps: readonly ListedApp[];
}

export interface AccessTables {
  readonly approvals: Pick<ApprovalTable, 'list'>;
  readonly devices: Pick<Devices, 'list'>;
  readonly rememberedApps: Pick<RememberedApps, 'list'>;
  readonly sessions: Pick<Sessions, 'usesByDevice' | 'refusedAt'>;
}

/** Who waits and who is in. */
export function listAccess(
  { approvals, devices, rememberedApps, sessions }: AccessTables,
  now: number,
): AccessList {
  return {
    approvals: approvals.list('waiting', now),
    apps: listApps({
      devices: devices.list(),
      approved: approvals.list('approved', now),
      rememberedApps: rememberedApps.list(),
      sessions,
    }),
  };
}

interface Known extends Pick<AccessTables, 'sessions'> {
  readonly devices: readonly Device[];
  readonly approved: readonly Approval[];
  readonly rememberedApps: readonly RememberedApp[];
}

/** Groups devices by app, in the order in which the apps came; remembered apps without a device stand at the end. */
function listApps(known: Known): readonly ListedApp[] {
  const listed = listDevices(known);
  const byApp = Map.groupBy(listed, listingKey);
  const remembered = Map.groupBy(known.rememberedApps, ({ clientId }) => clientId);
  const withDevices = [...byApp.values()].flatMap((devices): readonly ListedApp[] => {
    const [first] = devices;
    if (first === undefined) return [];
    const { kind } = first.app;
    const name = appName(first) ?? first.id;
    return [{ kind, name, remembered: (kind === 'vouched' && remembered.get(name)) || [], devices }];
  });
  const vouched = new Set(withDevices.filter(({ kind }) => kind === 'vouched').map(({ name }) => name));
  const others = [...remembered].filter(([name]) => !vouched.has(name));
  return [
    ...withDevices,
    ...others.map(([name, one]) => ({ kind: 'vouched' as const, name, remembered: one, devices: [] })),
  ];
}

/** Two that show one Origin and call themselves differently are two to the owner, who approved them by those names. */
function listingKey(device: Device): string {
  return `${appKey(device, device.id)} ${appName(device)}`;
}

function listDevices({ devices, approved, sessions }: Known): readonly ListedDevice[] {
  const uses = sessions.usesByDevice();
  return devices.map((device) => ({
    ...device,
    lastSeen: Math.max(device.lastSeen, uses.get(device.id)?.lastUsedAt ?? 0),
    access: approved.filter((one) => one.thumbprint === device.thumbprint).map(toAccess),
    sessionCount: uses.get(device.id)?.count ?? 0,
    refusedAt: sessions.refusedAt(device.id),
  }));
}

/** The devices that `name` stands for: a device id, or the name of an app as listed. */
export function devicesNamed(name: string, apps: readonly ListedApp[]): readonly ListedDevice[] {
  return apps.flatMap((app) =>
    app.name === name ? app.devices : app.devices.filter((device) => device.id === name),
  );
}

function toAccess(approval: Approval): DeviceAccess {
  return { approvalId: approval.id, namespace: approval.namespace, permission: approval.permission };
}
