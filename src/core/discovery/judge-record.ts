import { urlOfHost } from '../identity/public-url.ts';
import type { Published } from './published-record.ts';
import { parseSyncRecord, type SyncRecord } from './sync-record.ts';

/** Where the public record leads apps. */
export type RecordState =
  | { readonly kind: 'this-server' }
  /** `host` is a stranger's text, checked to be one. */
  | { readonly kind: 'another-host'; readonly host: string }
  /** It names this server, and as its DID or key those of another. */
  | { readonly kind: 'another-key' }
  /** There is a record, and no app can use what it says. */
  | { readonly kind: 'no-usable-host' }
  | { readonly kind: 'nothing' };

/** What the record that is there says of the server whose record would be `ours`. What it leaves out, no app can compare. */
export function judgeRecord(published: Published | undefined, ours: SyncRecord): RecordState {
  if (published === undefined) return { kind: 'nothing' };
  const record = parseSyncRecord(published.value);
  if (record === undefined) return { kind: 'no-usable-host' };
  const { host, did = ours.did, publicKeyMultibase = ours.publicKeyMultibase } = record;
  if (urlOfHost(host).host !== ours.host) return { kind: 'another-host', host };
  const isOurs = did === ours.did && publicKeyMultibase === ours.publicKeyMultibase;
  return { kind: isOurs ? 'this-server' : 'another-key' };
}
