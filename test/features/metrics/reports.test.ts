import { expect, test } from 'bun:test';
import type { Report } from '../../../src/core/reports.ts';
import { expose } from '../../../src/features/metrics/exposition.ts';
import { reportMetrics } from '../../../src/features/metrics/families/reports.ts';
import type { Snapshot } from '../../../src/features/metrics/snapshot.ts';

function told(report: Report): readonly string[] {
  const snapshot = { report: { warnings: [], ...report } } as unknown as Snapshot;
  return expose(reportMetrics, snapshot)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

test('a server that makes no backups, has no TLS of its own and no public name says nothing of them', () => {
  expect(told({})).toEqual([]);
});

test('backups: when, whether too old, and how the last went', () => {
  const backup = { lastAt: 1_700_000_000_000, isStale: true };
  expect(told({ backup: { ...backup, lastAttempt: { isMade: false, durationMs: 1_500 } } })).toEqual([
    'groundmist_backup_last_timestamp_seconds 1700000000',
    'groundmist_backup_stale 1',
    'groundmist_backup_last_failed 1',
    'groundmist_backup_last_duration_seconds 1.5',
  ]);
  expect(told({ backup: { lastAt: undefined, isStale: false } })).toEqual(['groundmist_backup_stale 0']);
});

test('the certificate ends', () => {
  expect(told({ certificate: { source: 'files', validTo: 1_700_000_000_000 } })).toEqual([
    'groundmist_certificate_expiry_timestamp_seconds 1700000000',
  ]);
});

test('the record is in one state, and another host is not named', () => {
  const lines = told({
    publish: { state: 'another-host', host: 'evil.example', checkedAt: 3_000, problem: 'It leads away.' },
  });
  expect(lines.filter((line) => line.endsWith(' 1'))).toEqual([
    'groundmist_public_record{state="another-host"} 1',
  ]);
  expect(lines).toHaveLength(8);
  expect(lines).toContain('groundmist_public_record_checked_timestamp_seconds 3');
  expect(lines.join()).not.toContain('evil');
});
