import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { temporaryFolder } from '../../support/folder.ts';
import { percentileOf } from '../report/statistics.ts';
import type { Limit } from './limit.ts';

const recordBytes = 1024;
const groupSize = 64;
const forMs = 1500;

/** How fast the disk below the temporary folder, where the data folders are, keeps small records for good. */
export function diskLimits(): readonly Limit[] {
  const single = syncTimes(1);
  const group = syncTimes(groupSize);
  const perSecond = (groupSize * group.length) / (forMs / 1000);
  return [
    { measure: 'one fsync of a 1 KB record, p50', value: percentileOf(single, 50), unit: 'ms' },
    { measure: 'one fsync of a 1 KB record, p99', value: percentileOf(single, 99), unit: 'ms' },
    { measure: `1 KB records kept for good in groups of ${groupSize}`, value: perSecond, unit: '/s' },
  ];
}

/** Milliseconds of each append of so many records with its sync. */
function syncTimes(records: number): readonly number[] {
  using folder = temporaryFolder();
  const file = openSync(folder.at('log'), 'a');
  const bytes = Buffer.alloc(recordBytes * records, 7);
  const times: number[] = [];
  const deadline = performance.now() + forMs;
  for (let startedAt = performance.now(); startedAt < deadline; startedAt = performance.now()) {
    writeSync(file, bytes);
    fdatasyncSync(file);
    times.push(performance.now() - startedAt);
  }
  closeSync(file);
  return times;
}
