/** How long the binary takes to start, as medians; reported, never asserted. `bun run bench`. */
import { Binary } from '../e2e/binary.ts';

const runs = 30;

async function medianMs(action: () => Promise<unknown>): Promise<number> {
  await action();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await action();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[runs / 2] ?? Number.NaN;
}

using binary = new Binary();
const size = Bun.file(binary.path).size;
console.log(`${'binary'.padEnd(18)}${(size / 1e6).toFixed(1)} MB`);
for (const line of ['--version', '--help', 'config', 'completion bash']) {
  const took = await medianMs(() => binary.run(line.split(' ')));
  console.log(`${line.padEnd(18)}${took.toFixed(1)} ms`);
}
