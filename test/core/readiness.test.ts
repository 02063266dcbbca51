import { expect, test } from 'bun:test';
import { readinessOf, whyNotReady, type Circumstances } from '../../src/core/readiness.ts';
import { Reports } from '../../src/core/reports.ts';
import { temporaryFolder } from '../support/folder.ts';

const well: Omit<Circumstances, 'dataDirectory'> = {
  isStopping: false,
  room: { freeBytes: 2 ** 40, sizeBytes: 2 ** 40 },
  whyReadOnly: undefined,
  withdrawals: { entries: [], isReserved: true, delay: '' },
  unserved: [],
  reports: new Reports(),
};

// The disk itself is filled in test/e2e/full-disk.test.ts.
test('nothing stands in the way where there is room', () => {
  using folder = temporaryFolder();
  expect(whyNotReady({ ...well, dataDirectory: folder.path })).toEqual([]);
});

test('what cannot be stored, what waits to be written and room that is not reserved are said, and what features report', () => {
  using folder = temporaryFolder();
  const entries = [{ kind: 'device', deviceId: 'abc123', at: 1000 }] as const;
  const withdrawals = { entries, isReserved: false, delay: 'The disk is full.' };
  const whyReadOnly = 'Documents are read-only.';
  const reports = new Reports();
  reports.add(() => ({ reasons: ['There is no certificate.'] }));
  const reasons = whyNotReady({ ...well, dataDirectory: folder.path, withdrawals, whyReadOnly, reports });
  expect(reasons).toEqual([
    whyReadOnly,
    expect.stringMatching(/^1 of your refusals .* The disk is full\.$/),
    expect.stringContaining('No room could be reserved'),
    'There is no certificate.',
  ]);
});

test('a server that stops, and namespaces that are not open, are said', () => {
  using folder = temporaryFolder();
  const unserved = ['com.example is being opened.'];
  const reasons = whyNotReady({ ...well, dataDirectory: folder.path, isStopping: true, unserved });
  expect(reasons).toEqual([expect.stringMatching(/^The server is stopping/), ...unserved]);
});

test('a namespace that is being opened keeps the server from being ready, and is no trouble', () => {
  using folder = temporaryFolder();
  const disk = { whyReadOnly: undefined, room: well.room };
  const stores = { disk, whyFailed: () => ['one is broken'], whyOpening: () => ['two is opened'] };
  const { withdrawals } = well;
  const readiness = readinessOf({ reports: new Reports(), dataDirectory: folder.path, withdrawals, stores });
  expect(readiness.whyNotReady()).toEqual(['one is broken', 'two is opened']);
  expect(readiness.troubles()).toEqual(['one is broken']);
  readiness.noteStopping();
  expect(readiness.troubles()).toHaveLength(2);
});
