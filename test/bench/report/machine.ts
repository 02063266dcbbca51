import { cpus, loadavg, release, totalmem } from 'node:os';
import { medianOf } from './statistics.ts';

const spins = 30_000_000;

/** How long a fixed piece of work takes now, in milliseconds: on a busy machine longer. */
export function calibrate(): number {
  const startedAt = performance.now();
  let mixed = 0;
  for (let spin = 0; spin < spins; spin++) mixed = (Math.imul(mixed, 31) + spin) | 0;
  return performance.now() - startedAt + (mixed === 1 ? 1 : 0);
}

export function describeMachine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${cpus().length} × ${first?.model ?? 'processor'}, ${memory} GiB, Linux ${release()}, Bun ${Bun.version}`;
}

/** How disturbed the run was. */
export function describeCalibration(timesMs: readonly number[]): string {
  const [best, usual, worst] = [Math.min(...timesMs), medianOf(timesMs), Math.max(...timesMs)];
  const load = loadavg()[0]?.toFixed(1);
  return `a fixed piece of work took ${best.toFixed(0)} ms at best, ${usual.toFixed(0)} ms usually, ${worst.toFixed(0)} ms at worst; load at the end ${load}`;
}
