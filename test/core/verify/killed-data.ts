import { cpSync, rmSync } from 'node:fs';
import { leaveData, storeSample, useData } from '../../support/left-data.ts';

/** A data directory as a kill leaves it: with a log and a tail, and no sums. Each document has three changes in the tail. */
export async function leaveKilled(directory: string, documents: number): Promise<void> {
  const running = `${directory}-running`;
  await leaveData(running, 'sqlite');
  await useData(running, 'sqlite', async (store) => {
    for (let number = 5; number < 5 + documents; number += 1) await storeSample(store, number);
    cpSync(running, directory, { recursive: true });
  });
  for (const file of ['.groundmist/lock-holder.json']) rmSync(`${directory}/${file}`, { force: true });
}
