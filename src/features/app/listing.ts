import { z } from 'zod';
import type { AccessList } from '../../core/access/approvals.ts';
import type { ListedApp } from '../../core/access/app-list.ts';
import type { Approval } from '../../core/access/approval-table.ts';
import { appName } from '../../core/auth/app.ts';

const kind = z.enum(['vouched', 'unverified']);
/** ISO 8601 in UTC. */
const time = z.string();

const approval = z.object({
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
  sessions: z.number(),
  access: z.array(z.object({ id: z.string(), namespace: z.string(), permission: z.string() })),
});

/** What `app list --json` prints and the control socket answers: a stable shape. */
export const listing = z.object({
  approvals: z.array(approval),
  apps: z.array(z.object({ kind, name: z.string(), devices: z.array(device) })),
});
export const answered = z.object({ approval: approval.extend({ permission: z.string() }) });
export const revoked = z.object({ devices: z.array(z.string()) });

export type Listing = z.output<typeof listing>;
export type ShownApproval = z.output<typeof approval>;

export function showAccess({ approvals, apps }: AccessList): Listing {
  return { approvals: approvals.map(showApproval), apps: apps.map(showApp) };
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

function showApp(app: ListedApp): Listing['apps'][number] {
  return {
    kind: app.kind,
    name: app.name,
    devices: app.devices.map((one) => ({
      id: one.id,
      origin: one.origin ?? null,
      userAgent: one.userAgent ?? null,
      firstSeen: showTime(one.firstSeen),
      lastSeen: showTime(one.lastSeen),
      sessions: one.sessionCount,
      access: one.access.map(({ approvalId, namespace, permission }) => ({
        id: approvalId,
        namespace,
        permission,
      })),
    })),
  };
}

function showTime(at: number): string {
  return new Date(at).toISOString();
}
