import { z } from 'zod';

/** ISO 8601 in UTC; null where there is no such time. */
const time = z.string().nullable();
const bytes = z.number().nullable();

const namespaceStatus = z.object({
  namespace: z.string(),
  state: z.enum(['open', 'opening', 'failed']),
  /** These three are null until it is open; `lastChange` also where it has no document. */
  documents: z.number().nullable(),
  bytes,
  lastChange: time,
  /** Joined sockets. */
  peers: z.number(),
  /** Why it failed. */
  error: z.string().optional(),
});

/** What `status --json` prints and the control socket answers: a stable shape. */
export const status = z.object({
  /** When this was asked. */
  at: z.string(),
  version: z.string(),
  pid: z.number(),
  startedAt: z.string(),
  uptimeSeconds: z.number(),
  owner: z.string(),
  host: z.string(),
  url: z.string(),
  dataDirectory: z.string(),
  isReady: z.boolean(),
  /** Why it is not ready, cannot serve a namespace, or is not found by apps. */
  problems: z.array(z.string()),
  warnings: z.array(z.string()),
  namespaces: z.array(namespaceStatus),
  /** Of all open namespaces. */
  documents: z.number(),
  bytes: z.number(),
  /** Sync tokens that open sockets, the devices that hold them, and the sockets that are open. */
  sessions: z.number(),
  devices: z.number(),
  peers: z.number(),
  approvals: z.array(z.object({ id: z.string(), namespace: z.string() })),
  memory: z.object({ serverBytes: bytes, automergeBytes: bytes }),
  disk: z.object({ freeBytes: z.number(), sizeBytes: z.number() }),
  backup: z.object({ lastAt: time, isStale: z.boolean() }).nullable(),
  /** Null where there is no public name to look for. */
  publish: z
    .object({
      state: z.enum([
        'this-server',
        'another-host',
        'another-key',
        'no-usable-host',
        'nothing',
        'gone',
        'unknown',
      ]),
      checkedAt: time,
      since: time,
      host: z.string().nullable(),
      /** Since when nobody can look, and why; null where somebody could. */
      missed: z.object({ since: z.string(), why: z.string() }).nullable(),
    })
    .nullable(),
  /** Null where a proxy has TLS, or none is needed. */
  certificate: z
    .object({
      source: z.enum(['authority', 'files']),
      /** Null while there is none. */
      validTo: time,
      /** When the authority is asked for the next one; null where the owner renews it. */
      nextAt: time,
    })
    .nullable(),
});

export type Status = z.output<typeof status>;
export type NamespaceStatus = Status['namespaces'][number];
