import { appKey, appName } from '../auth/app.ts';
import type { AppClaim } from '../auth/credentials.ts';
import type { Device } from '../auth/device.ts';
import type { Permission } from '../auth/permission.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { Approval } from './approval-table.ts';

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
}

/** The devices of one app, as far as we can tell apps apart. */
export interface ListedApp {
  readonly kind: AppClaim['kind'];
  /** The vouched client id, or what it says it is; a device id where it says nothing. */
  readonly name: string;
  readonly devices: readonly ListedDevice[];
}

/** Groups devices by app, in the order in which the apps came. */
export function listApps(
  devices: readonly Device[],
  approved: readonly Approval[],
  sessionCounts: ReadonlyMap<string, number>,
): readonly ListedApp[] {
  const listed = devices.map((device) => ({
    ...device,
    access: approved.filter((one) => one.thumbprint === device.thumbprint).map(toAccess),
    sessionCount: sessionCounts.get(device.id) ?? 0,
  }));
  const byApp = Map.groupBy(listed, (device) => appKey(device, device.id));
  return [...byApp.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ kind: first.app.kind, name: appName(first) ?? first.id, devices: group }];
  });
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
