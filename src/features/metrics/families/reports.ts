import type { PublishState } from '../../../core/reports.ts';
import { labelledNumbers, seconds, type Metric, type Reading } from '../definition.ts';

const states: Readonly<Record<PublishState, 0>> = {
  'this-server': 0,
  'another-host': 0,
  'another-key': 0,
  'no-usable-host': 0,
  nothing: 0,
  gone: 0,
  unknown: 0,
};

/** Backups, certificate and public record: each only of a server that has to do with them. */
export const reportMetrics: readonly Metric[] = [
  {
    name: 'groundmist_backup_last_timestamp_seconds',
    type: 'gauge',
    help: 'When the newest backup that is whole was made, in seconds since 1970',
    read: ({ report }) => seconds(report.backup?.lastAt),
  },
  {
    name: 'groundmist_backup_stale',
    type: 'gauge',
    help: 'Whether the newest backup is older than it should be by the schedule, 1 or 0',
    read: ({ report }) => report.backup && Number(report.backup.isStale),
  },
  {
    name: 'groundmist_backup_last_failed',
    type: 'gauge',
    help: 'Whether the last scheduled backup failed, 1 or 0',
    read: ({ report }) => report.backup?.lastAttempt && Number(!report.backup.lastAttempt.isMade),
  },
  {
    name: 'groundmist_backup_last_duration_seconds',
    type: 'gauge',
    help: 'How long the last scheduled backup took',
    read: ({ report }) => seconds(report.backup?.lastAttempt?.durationMs),
  },
  {
    name: 'groundmist_certificate_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When the certificate of the server’s own TLS ends, in seconds since 1970',
    read: ({ report }) => seconds(report.certificate?.validTo),
  },
  {
    name: 'groundmist_public_record',
    type: 'gauge',
    help: 'Where the public record leads apps: 1 for the state it is in',
    labels: ['state'],
    read: ({ report }) => describeState(report.publish?.state),
  },
  {
    name: 'groundmist_public_record_checked_timestamp_seconds',
    type: 'gauge',
    help: 'When somebody last looked at the record and was answered, in seconds since 1970',
    read: ({ report }) => seconds(report.publish?.checkedAt),
  },
];

function describeState(state: PublishState | undefined): Reading {
  return state && labelledNumbers('state', { ...states, [state]: 1 });
}
