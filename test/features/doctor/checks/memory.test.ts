import { expect, test } from 'bun:test';
import { judge, memory } from '../../../../src/features/doctor/checks/memory.ts';
import { findOne } from '../context.ts';

function meminfo(availableKilobytes: number, swapKilobytes: number): string {
  return `MemTotal:         490000 kB\nMemAvailable:   ${availableKilobytes} kB\nSwapFree:  ${swapKilobytes} kB\n`;
}

test('a machine with memory, or with swap, is ok, and one with neither a warning', () => {
  expect(judge(meminfo(300_000, 0))).toMatchObject({ kind: 'ok', cause: '307.2 MB of memory are free.' });
  expect(judge(meminfo(60_000, 500_000))).toMatchObject({ kind: 'ok' });
  expect(judge(meminfo(60_000, 0))).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining('Only 61.4 MB of memory are free'),
  });
});

test('a system that does not say is not judged', () => {
  expect(judge('')).toMatchObject({ kind: 'unchecked' });
});

test.if(process.platform === 'linux')('this machine says it', async () => {
  expect((await findOne(memory)).cause).toContain('of memory are free');
});
