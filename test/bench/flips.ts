import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { firstDamage, withFlip } from '../core/verify/first-damage.ts';
import { sharedFence } from '../support/fence.ts';
import { temporaryFolder } from '../support/folder.ts';
import { filesThatCount, leaveData, leaveStock } from '../support/left-data.ts';

/*
 * Flips one bit of every byte of a small data directory, each by itself, and says which are found:
 *   bun test/bench/flips.ts [every nth byte, 1 by default] [sqlite | nodefs | stock]
 * Where there are no sums, as after a kill, each sixteenth of these tells what part is found.
 */

const step = Number(process.argv[2] ?? 1);
const only = process.argv[3];
const kinds: Readonly<Record<string, (path: string) => Promise<void>>> = {
  sqlite: (path) => leaveData(path, 'sqlite'),
  nodefs: (path) => leaveData(path, 'nodefs'),
  stock: async (path) => leaveStock(path),
};

for (const [kind, leave] of Object.entries(kinds)) {
  if (only !== undefined && only !== kind) continue;
  for (const isSealed of kind === 'stock' ? [false] : [true, false]) {
    using folder = temporaryFolder();
    await leave(folder.path);
    if (!isSealed) rmSync(folder.at('.groundmist/sums'), { force: true });
    for (const [name, { found, all }] of await flipAll(
      folder.path,
      isSealed || kind === 'stock' ? step : step * 16,
    )) {
      console.log(`${kind}\t${isSealed ? 'with sums' : 'without'}\t${name}\t${found} of ${all}`);
    }
  }
}
await sharedFence().close();

/** By the kind of file: how many flips were found, of how many. */
async function flipAll(
  dataDirectory: string,
  every: number,
): Promise<Map<string, { found: number; all: number }>> {
  const counts = new Map<string, { found: number; all: number }>();
  for (const path of filesThatCount(dataDirectory)) {
    const name = path
      .replace(/^xyz\/.*\/(snapshot|incremental)\/.*$/, '$1')
      .replace(/\d+\.(chunk|json)$/, 'n.$1');
    const count = counts.get(name) ?? { found: 0, all: 0 };
    counts.set(name, count);
    const { size } = statSync(join(dataDirectory, path));
    for (let at = 0; at < size; at += every) {
      const found = await withFlip(dataDirectory, { path, at, bit: at % 8 }, () =>
        firstDamage(dataDirectory),
      );
      count.all += 1;
      if (found) count.found += 1;
      else if (process.argv.includes('--missed')) console.log(`missed\t${path}\t${at}`);
    }
  }
  return counts;
}
