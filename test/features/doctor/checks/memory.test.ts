import { expect, test } from 'bun:test';
import { judge, memory } from '../../../../src/features/doctor/checks/memory.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { findOne } from '../context.ts';

const megabyte = 1_000_000;
const room = { availableBytes: 300 * megabyte, swapBytes: 0, isOwnLimit: false };

test('a machine with memory, or with swap, is ok, and one with neither a warning', () => {
  expect(judge(room)).toMatchObject({ kind: 'ok', cause: '300.0 MB of memory are free.' });
  expect(judge({ ...room, availableBytes: 60 * megabyte, swapBytes: 500 * megabyte })).toMatchObject({
    kind: 'ok',
  });
  expect(judge({ ...room, availableBytes: 60 * megabyte })).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining('Only 60.0 MB of memory are free:'),
    cure: expect.stringContaining('swap'),
  });
});

test('the limit of a container is said to be one', () => {
  expect(judge({ ...room, availableBytes: 60 * megabyte, isOwnLimit: true })).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining('of what its container or unit may have'),
    cure: expect.stringContaining('MemoryMax='),
  });
});

test.if(process.platform === 'linux')('this machine says it', async () => {
  using folder = temporaryFolder();
  expect((await findOne(memory, { environment: { DATA_DIR: folder.path } })).cause).toContain(
    'of memory are free',
  );
});
