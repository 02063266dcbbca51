import { z } from 'zod';

const kind = z.enum(['vouched', 'unverified']);
/** ISO 8601 in UTC. */
const time = z.string();
/** What a vouched app is called, and the host that says so; null where it is not known. */
const metadata = z.object({ name: z.string(), host: z.string() }).nullable();

export const shownApproval = z.object({
  id: z.string(),
  namespace: z.string(),
  app: z.object({ kind, name: z.string().nullable(), metadata }),
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
      metadata,
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
  /** Apps of these devices whose next device comes in without a question. */
  stillRemembered: z.array(z.string()),
  /** It holds, also over a restart, and is not in the control database yet. */
  waitsForRoom: z.boolean(),
});

export type Listing = z.output<typeof listing>;
export type Revoked = z.output<typeof revoked>;
export type AnsweredApproval = z.output<typeof answered>['approval'];
export type ShownApproval = z.output<typeof shownApproval>;
export type ShownDevice = z.output<typeof device>;
