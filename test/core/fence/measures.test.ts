import { expect, test } from 'bun:test';
import { TestClock } from '../../support/clock.ts';
import { fakeChild, openFence, order } from '../../support/fence.ts';
import { codeOf } from '../../support/rejection.ts';

test('jobs are counted by what came of them, and processes by how they ended', async () => {
  await using fence = openFence({ command: fakeChild });
  const work = ['well', 'die', 'well', 'well'].map((what) => fence.open(order(what), 'background'));
  expect(fence.load()).toMatchObject({ waitingJobs: 4, jobsAtWork: 0, isRunning: false });
  expect(fence.load().waitingBytes).toBeGreaterThan(0);
  await Promise.all(work);
  const { jobs, starts, deaths } = fence.measures;
  expect(Object.fromEntries(jobs.open.entries)).toEqual({
    done: 3,
    refused: 0,
    deadly: 1,
    failed: 0,
  });
  expect(starts).toBe(3);
  expect(Object.fromEntries(deaths.entries)).toEqual({ time: 0, memory: 0, crash: 2, start: 0 });
  expect(fence.load()).toMatchObject({ waitingJobs: 0, waitingBytes: 0, jobsAtWork: 0, isRunning: true });
});

test('a process that does not start is counted, and so is what it was to do', async () => {
  await using fence = openFence({ command: [...fakeChild, 'never-ready'], clock: new TestClock() });
  expect(await codeOf(fence.open(order('well'), 'awaited'))).toBe('StoreUnavailable');
  expect(Object.fromEntries(fence.measures.jobs.open.entries)).toMatchObject({ done: 0, failed: 1 });
  expect(Object.fromEntries(fence.measures.deaths.entries)).toMatchObject({ crash: 0, start: 1 });
});
