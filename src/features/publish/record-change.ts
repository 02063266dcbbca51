import { isDeepStrictEqual } from 'node:util';
import type { Published } from '../../core/discovery/published-record.ts';
import type { SyncRecord } from '../../core/discovery/sync-record.ts';

/** What is to become of the record. */
export interface RecordChange {
  readonly record: SyncRecord;
  /** What is there now. */
  readonly published: Published | undefined;
}

/** Whether there is nothing to write: every field is there as it should be, and no other. */
export function isUnchanged({ record, published }: RecordChange): boolean {
  return isDeepStrictEqual(published?.value, { ...record });
}

/** Whether apps are sent elsewhere than before, also from a record that sends them nowhere. */
export function movesApps({ record, published }: RecordChange): boolean {
  return published !== undefined && published.host?.toLowerCase() !== record.host;
}
