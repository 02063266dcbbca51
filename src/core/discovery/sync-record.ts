import { z } from 'zod';
import { whyNotHost } from '../lexicon/host.ts';
import { parseNsid } from '../lexicon/nsid.ts';

/** Where apps look for the sync server of an account; lexicons/xyz.groundmist.sync.json. */
export const syncCollection = parseNsid('xyz.groundmist.sync');

const schema = z.looseObject({
  $type: z.literal('xyz.groundmist.sync'),
  host: z.string().refine((host) => whyNotHost(host) === undefined),
});

/** The published record, under the DID as its key. A hint for apps, never an authority: any app may rewrite it. */
export interface SyncRecord {
  readonly $type: 'xyz.groundmist.sync';
  /** `host` or `host:port` of the server, without a scheme. */
  readonly host: string;
}

export function makeSyncRecord(host: string): SyncRecord {
  return { $type: 'xyz.groundmist.sync', host };
}

/** The record that `json` is, fields of later versions kept, or undefined where it is none. */
export function parseSyncRecord(json: unknown): SyncRecord | undefined {
  return schema.safeParse(json).data;
}
