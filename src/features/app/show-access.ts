import type { Approval } from '../../core/access/approval-table.ts';
import type { AccessList, ListedApp, ListedDevice } from '../../core/access/app-list.ts';
import { appName } from '../../core/auth/app.ts';
import type { ClientNames } from '../../core/auth/client-names.ts';
import type { Listing, ShownApproval, ShownDevice } from './listing.ts';

/** Stock adapters come back every few seconds; one that was not heard of for so long is gone. */
const knockingMs = 2 * 60_000;

/** What vouched apps are called. */
export type Names = Pick<ClientNames, 'find'>;

/** What is known of the present, beside what is kept. */
export interface Present {
  /** Whose account all of them act for. */
  readonly account: string;
  /** Connections now, by device id. */
  readonly sockets: ReadonlyMap<string, number>;
  readonly names: Names;
  readonly now: number;
}

export function showAccess({ approvals, apps }: AccessList, present: Present): Listing {
  return {
    approvals: approvals.map((asked) => showApproval(asked, present.names)),
    apps: apps.map((app) => showApp(app, present)),
  };
}

export function showApproval(asked: Approval, names: Names): ShownApproval {
  const { app } = asked;
  const metadata = app.kind === 'vouched' ? names.find(app.clientId) : undefined;
  return {
    id: asked.id,
    namespace: asked.namespace,
    app: { kind: app.kind, name: appName(asked) ?? null, metadata: metadata ?? null },
    origin: asked.origin ?? null,
    userAgent: asked.userAgent ?? null,
    address: asked.address,
    askedAt: showTime(asked.askedAt),
  };
}

function showApp(app: ListedApp, present: Present): Listing['apps'][number] {
  return {
    kind: app.kind,
    name: app.name,
    metadata: (app.kind === 'vouched' && present.names.find(app.name)) || null,
    account: present.account,
    remembered: app.remembered.map(({ namespace, permission }) => ({ namespace, permission })),
    devices: app.devices.map((one) => showDevice(one, present)),
  };
}

function showDevice(one: ListedDevice, { sockets, now }: Present): ShownDevice {
  const { refusedAt } = one;
  const socketCount = sockets.get(one.id) ?? 0;
  return {
    id: one.id,
    origin: one.origin ?? null,
    userAgent: one.userAgent ?? null,
    firstSeen: showTime(one.firstSeen),
    lastSeen: showTime(socketCount > 0 ? now : one.lastSeen),
    sessions: one.sessionCount,
    sockets: socketCount,
    mustReload: refusedAt !== undefined && now - refusedAt < knockingMs,
    access: one.access.map(({ approvalId, namespace, permission }) => ({
      id: approvalId,
      namespace,
      permission,
    })),
  };
}

function showTime(at: number): string {
  return new Date(at).toISOString();
}
