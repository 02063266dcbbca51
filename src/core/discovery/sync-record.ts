import { z } from 'zod';
import { serverDid, serverPublicKey, type ServerDocument } from '../identity/server-document.ts';
import { whyNotHost } from '../lexicon/host.ts';
import { parseNsid } from '../lexicon/nsid.ts';

/** Where apps look for the sync server of an account; lexicons/xyz.groundmist.sync.json. */
export const syncCollection = parseNsid('xyz.groundmist.sync');

const schema = z.looseObject({
  $type: z.literal('xyz.groundmist.sync'),
  host: z.string().refine((host) => whyNotHost(host) === undefined),
  // What an app can do without spoils no record.
  did: z.string().optional().catch(undefined),
  publicKeyMultibase: z.string().optional().catch(undefined),
});

/** The published record, under the DID as its key. A hint for apps, never an authority: any app may rewrite it. */
export interface SyncRecord {
  readonly $type: 'xyz.groundmist.sync';
  /** `host` or `host:port` of the server, without a scheme. */
  readonly host: string;
  /** The server's did:web. */
  readonly did?: string | undefined;
  /** The server's public key, a Multikey; it follows from GROUNDMIST_SYNC_SECRET_KEY. */
  readonly publicKeyMultibase?: string | undefined;
}

/** What the server at a public URL, with this secret (hex), tells apps of itself. */
export async function makeSyncRecord(publicUrl: URL, secretKey: string): Promise<SyncRecord> {
  return {
    $type: 'xyz.groundmist.sync',
    host: publicUrl.host,
    did: serverDid(publicUrl),
    publicKeyMultibase: await serverPublicKey(secretKey),
  };
}

/** The same, of the server with this DID document. */
export function syncRecordOf(publicUrl: URL, document: ServerDocument): SyncRecord {
  const [key] = document.verificationMethod;
  return {
    $type: 'xyz.groundmist.sync',
    host: publicUrl.host,
    did: document.id,
    publicKeyMultibase: key?.publicKeyMultibase,
  };
}

/** The record that `json` is, fields of later versions kept, or undefined where it is none. */
export function parseSyncRecord(json: unknown): SyncRecord | undefined {
  return schema.safeParse(json).data;
}
