import { describe, expect, test } from 'bun:test';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';
import { filesThatCount, leaveData, leaveStock } from '../../support/left-data.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { firstDamage, withFlip } from './first-damage.ts';

/* All bytes of such directories: `bun test/bench/flips.ts`. */
const flips = 40;

describe.each([
  ['sqlite', (path: string) => leaveData(path, 'sqlite')],
  ['nodefs', (path: string) => leaveData(path, 'nodefs')],
  ['stock', async (path: string) => leaveStock(path)],
])('a data directory of %s that was left in order', (_, leave) => {
  test('is whole, and with any bit flipped it is not', async () => {
    using folder = temporaryFolder();
    await leave(folder.path);
    expect(await firstDamage(folder.path)).toBeUndefined();
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const files = filesThatCount(folder.path);
    for (let flip = 0; flip < Math.max(flips, files.length); flip += 1) {
      const path = files[flip % files.length] ?? '';
      const { size } = statSync(join(folder.path, path));
      const place = { path, at: Math.floor(random() * size), bit: Math.floor(random() * 8) };
      const found = await withFlip(folder.path, place, () => firstDamage(folder.path));
      expect({ seed, ...place, isFound: found !== undefined }).toEqual({ seed, ...place, isFound: true });
    }
  });
});
