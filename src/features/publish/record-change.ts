import { isDeepStrictEqual } from 'node:util';
import { judgeRecord } from '../../core/discovery/judge-record.ts';
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

/**
 * What the person is asked before apps are led elsewhere than now, or undefined where they are not: by a record that names another host, this
 * host with the key of another server, or none that apps can use.
 */
export function askOfMove({ record, published }: RecordChange): string | undefined {
  const state = judgeRecord(published, record);
  switch (state.kind) {
    case 'another-host':
      return `Your apps are sent to ${state.host} now. Send them to ${record.host} instead?`;
    case 'no-usable-host':
      return `Your apps are sent to no usable host now. Send them to ${record.host} instead?`;
    case 'another-key':
      return (
        `The record names ${record.host} with the key of another server than this one, perhaps of the one that answers there. ` +
        'Replace it with the key of this one?'
      );
    case 'this-server':
    case 'nothing':
      return undefined;
  }
}

/** What the person is asked before a record is taken away that is not this server's, as far as the settings tell what `ours` is. */
export function askOfRemoval(published: Published, ours: SyncRecord | undefined): string | undefined {
  const { host } = published;
  if (host === undefined) return undefined;
  if (ours === undefined) return `Your apps are sent to ${host} now. Take that away?`;
  if (judgeRecord(published, ours).kind !== 'another-host') return undefined;
  return `Your apps are sent to ${host} now, which is not this server (${ours.host}). Take that away?`;
}
