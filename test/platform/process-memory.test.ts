import { expect, test } from 'bun:test';
import { ownMemoryBytes } from '../../src/platform/process-memory.ts';

test.if(process.platform === 'linux')('the memory of a process grows with what it holds', () => {
  const before = ownMemoryBytes(process.pid) ?? 0;
  const held = new Uint8Array(64 * 2 ** 20).fill(1);
  const after = ownMemoryBytes(process.pid) ?? 0;
  expect(before).toBeGreaterThan(2 ** 20);
  expect(after - before).toBeGreaterThan(held.length / 2);
});

test('of a process that is not there nothing is known', () => {
  expect(ownMemoryBytes(2 ** 30)).toBeUndefined();
});
