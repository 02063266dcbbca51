import { expect, test } from 'bun:test';
import { whyNotReady } from '../../src/core/readiness.ts';
import { Reports } from '../../src/core/reports.ts';
import { temporaryFolder } from '../support/folder.ts';

// The disk itself is filled in test/e2e/full-disk.test.ts.
test('nothing stands in the way where there is room', () => {
  using folder = temporaryFolder();
  const withdrawals = { entries: [], isReserved: true, delay: '' };
  const reports = new Reports();
  const readiness = { dataDirectory: folder.path, withdrawals, whyReadOnly: undefined, reports };
  expect(whyNotReady(readiness)).toEqual([]);
});

test('what cannot be stored, what waits to be written and room that is not reserved are said, and what features report', () => {
  using folder = temporaryFolder();
  const entries = [{ kind: 'device', deviceId: 'abc123', at: 1000 }] as const;
  const withdrawals = { entries, isReserved: false, delay: 'The disk is full.' };
  const whyReadOnly = 'Documents are read-only.';
  const reports = new Reports();
  reports.add(() => ({ reasons: ['There is no certificate.'] }));
  const reasons = whyNotReady({ dataDirectory: folder.path, withdrawals, whyReadOnly, reports });
  expect(reasons).toEqual([
    whyReadOnly,
    expect.stringMatching(/^1 of your refusals .* The disk is full\.$/),
    expect.stringContaining('No room could be reserved'),
    'There is no certificate.',
  ]);
});
