import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { salvage } from '../../../../src/core/store/salvage/salvage.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { leaveData } from '../../../support/left-data.ts';

test('a database cut anywhere is read as far as it goes', async () => {
  using folder = temporaryFolder();
  await leaveData(folder.path, 'sqlite');
  const whole = readFileSync(folder.at('xyz/groundmist/library/documents.sqlite'));
  const path = folder.at('cut.sqlite');
  const lengths = [0, 1, 5, 16, 31, 33, 99, 100, 101];
  for (let page = 4096; page < whole.length; page += 4096) lengths.push(page, page + 1, page + 7, page + 9);
  for (const length of lengths) {
    writeFileSync(path, whole.subarray(0, length));
    expect(salvage(path).ids.size).toBeLessThanOrEqual(4);
  }
  writeFileSync(path, whole);
  expect(salvage(path).ids.size).toBe(4);
});
