import { describe, expect, test } from 'bun:test';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';
import { filesThatCount, leaveData, leaveStock } from '../../support/left-data.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { allDamage, repairAll } from './repaired.ts';

const flips = Number(process.env['GROUNDMIST_TEST_FLIPS'] ?? 4);

describe.each([
  ['sqlite', 'sqlite', (path: string) => leaveData(path, 'sqlite')],
  ['nodefs', 'nodefs', (path: string) => leaveData(path, 'nodefs')],
  ['stock', 'sqlite', async (path: string) => leaveStock(path)],
] as const)('a data directory of %s in which one bit was flipped', (_, backend, leave) => {
  test('is in order after a repair, and every byte that was there is still there', async () => {
    using folder = temporaryFolder();
    const [original, copy] = [folder.at('original'), folder.at('copy')];
    await leave(original);
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const files = filesThatCount(original).filter((path) => !/control\.sqlite|sums|stores\.json/.test(path));
    for (let flip = 0; flip < flips; flip += 1) {
      const path = files[Math.floor(random() * files.length)] ?? '';
      const at = Math.floor(random() * statSync(join(original, path)).size);
      const case_ = { seed, path, at };
      cpSync(original, `${copy}-${flip}`, { recursive: true });
      const spoiled = spoil(join(`${copy}-${flip}`, path), at);
      await repairAll(`${copy}-${flip}`, backend);
      expect({ ...case_, damage: await allDamage(`${copy}-${flip}`) }).toEqual({ ...case_, damage: [] });
      if (!path.endsWith('.sqlite')) expect(contents(`${copy}-${flip}`)).toContain(spoiled);
    }
  });
});

function spoil(file: string, at: number): string {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  return bytes.toString('latin1');
}

function contents(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}
