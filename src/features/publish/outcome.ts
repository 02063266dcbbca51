import type { RecordState } from '../../core/discovery/judge-record.ts';
import type { Place, Published } from '../../core/discovery/published-record.ts';
import { syncCollection, type SyncRecord } from '../../core/discovery/sync-record.ts';
import { describeRecord } from './describe-record.ts';

interface At {
  readonly did: string;
  /** The origin of the owner's PDS. */
  readonly pds: string;
  /** The AT URI of the record. */
  readonly uri: string;
}

/** What `publish` did; with --json it is printed as it is, by docs/json.md. */
export type Outcome =
  | (At & {
      readonly kind: 'shown';
      /** Where the record leads apps; null where the settings do not say which server this is. */
      readonly state: RecordState['kind'] | null;
      readonly isPublished: boolean;
      readonly host: string | null;
      readonly record: unknown;
      readonly cid: string | null;
    })
  | (At & {
      readonly kind: 'dry-run';
      readonly isChange: boolean;
      readonly host: string;
      readonly record: SyncRecord;
      readonly publishedHost: string | null;
      readonly replaces: unknown;
    })
  | (At & {
      readonly kind: 'published';
      readonly host: string;
      readonly record: SyncRecord;
      readonly cid: string;
      readonly publishedHost: string | null;
      readonly replaces: unknown;
    })
  | (At & {
      readonly kind: 'unchanged';
      readonly host: string;
      readonly record: SyncRecord;
      readonly cid: string | null;
    })
  | (At & { readonly kind: 'removed'; readonly wasPublished: boolean; readonly removed: unknown });

export function placeOf({ did, pds }: Place): At {
  return { did, pds: pds.origin, uri: `at://${did}/${syncCollection}/${did}` };
}

/** What the record that is there is called in an outcome that replaces it. */
export function replacedBy(published: Published | undefined) {
  return { publishedHost: published?.host ?? null, replaces: published?.value ?? null };
}

/** The outcome for a person. */
export function describe(outcome: Outcome): string {
  const where = `${outcome.uri} on ${outcome.pds}`;
  switch (outcome.kind) {
    case 'shown':
      if (!outcome.isPublished) return `Nothing is published at ${where}.`;
      return [
        outcome.host ?? '(a record that names no usable host)',
        `  ${where}`,
        describeRecord(outcome.record),
        ...whereItLeads(outcome.state),
      ].join('\n');
    case 'dry-run':
      return outcome.isChange
        ? describeChange('Would write', outcome)
        : `Nothing to write: the record says this already.\n  ${where}\n${describeRecord(outcome.record)}`;
    case 'unchanged':
      return `Published already: ${outcome.host}\n  ${where}`;
    case 'published':
      return `Published ${outcome.host}\n  ${where}`;
    case 'removed':
      return outcome.wasPublished ? `Removed ${where}.` : `Nothing was published at ${where}.`;
  }
}

/** Also where a record looks right, it may be another server's. */
function whereItLeads(state: RecordState['kind'] | null): readonly string[] {
  switch (state) {
    case 'this-server':
      return ['  It names this server.'];
    case 'another-host':
      return ['  It names another server than this one.'];
    case 'another-key':
      return ['  It names this server with the key of another one; `groundmist publish` puts it right.'];
    case 'no-usable-host':
    case 'nothing':
    case null:
      return [];
  }
}

/** What is written where, and in place of what. */
export function describeChange(
  verb: string,
  change: At & { readonly record: SyncRecord; readonly replaces: unknown },
): string {
  return [
    `${verb} to your PDS ${change.pds}`,
    `  ${change.uri}`,
    describeRecord(change.record),
    ...(change.replaces === null
      ? ['  where there is nothing now.']
      : ['  in place of', describeRecord(change.replaces)]),
  ].join('\n');
}
