import { z } from 'zod';
import type { AccessList } from '../../core/access/approvals.ts';
import type { ListedApp, ListedDevice } from '../../core/access/app-list.ts';
import type { Approval } from '../../core/access/approval-table.ts';
import { appName } from '../../core/auth/app.ts';

/** Stock adapters come back every few seconds; one that was not heard of for so long is gone. */
const knockingMs = 2 * 60_000;

const kind = z.enum(['vouched', 'unverified']);
/** ISO 8601 in UTC. */
const time = z.string();

export const shownApproval = z.object({
  id: z.string(),
  namespace: z.string(),
  app: z.object({ kind, name: z.string().nullable() }),
  origin: z.string().nullable(),
  userAgent: z.string().nullable(),
  address: z.string(),
  askedAt: time,
});

const device = z.object({
  id: z.string(),
  origin: z.string().nullable(),
  userAgent: z.string().nullable(),
  firstSeen: time,
  lastSeen: time,
  /** Sync tokens it holds, and connections it has now. */
  sessions: z.number(),
  sockets: z.number(),
  /** A page of it keeps knocking with a sync token that has ended, and must be loaded again. */
  mustReload: z.boolean(),
  access: z.array(z.object({ id: z.string(), namespace: z.string(), permission: z.string() })),
});

/** What `app list --json` prints and the control socket answers: a stable shape. */
export const listing = z.object({
  approvals: z.array(shownApproval),
  apps: z.array(
    z.object({
      kind,
      name: z.string(),
      account: z.string(),
      remembered: z.array(z.object({ namespace: z.string(), permission: z.string() })),
      devices: z.array(device),
    }),
  ),
});
export const answered = z.object({
  approval: shownApproval.extend({ permission: z.string(), remembered: z.boolean() }),
});
export const revoked = z.object({
  devices: z.array(z.string()),
  /** It holds, also over a restart, and is not in the control database yet. */
  waitsForRoom: z.boolean(),
});

export type Listing = z.output<typeof listing>;
export type AnsweredApproval = z.output<typeof answered>['approval'];
export type ShownApproval = z.output<typeof shownApproval>;

/** What is known of the present, beside what is kept. */
export interface Present {
  /** Whose account all of them act for. */
  readonly account: string;
  /** Connections now, by device id. */
  readonly sockets: ReadonlyMap<string, number>;
  readonly now: number;
}

export function showAccess({ approvals, apps }: AccessList, present: Present): Listing {
  return {
    approvals: approvals.map(showApproval),
    apps: apps.map((app) => showApp(app, present)),
  };
}

export function showApproval(asked: Approval): ShownApproval {
  return {
    id: asked.id,
    namespace: asked.namespace,
    app: { kind: asked.app.kind, name: appName(asked) ?? null },
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
    account: present.account,
    remembered: app.remembered.map(({ namespace, permission }) => ({ namespace, permission })),
    devices: app.devices.map((one) => showDevice(one, present)),
  };
}

function showDevice(one: ListedDevice, { sockets, now }: Present): z.output<typeof device> {
  const { refusedAt } = one;
  return {
    id: one.id,
    origin: one.origin ?? null,
    userAgent: one.userAgent ?? null,
    firstSeen: showTime(one.firstSeen),
    lastSeen: showTime(one.lastSeen),
    sessions: one.sessionCount,
    sockets: sockets.get(one.id) ?? 0,
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
