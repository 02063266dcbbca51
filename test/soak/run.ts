/** Runs the built server for a long time among many clients and faults, and fails on growth or divergence. `--help`. */
import { hideTimerWarnings } from '../../src/features/demo/timer-warnings.ts';
import { describeMachine } from '../bench/report/machine.ts';
import { judge } from './judgement/judge.ts';
import type { Observations } from './observations.ts';
import { parseOptions, usage, UsageError, type Options } from './options.ts';
import { updatePage } from './page.ts';
import { isWell, renderReport, renderSummary, type Ending } from './report.ts';
import { Soak } from './soak.ts';

/** Stock clients throw where nobody catches it when their socket is just closing; what is ours is caught in `main`. */
const clientErrors = new Map<string, number>();
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    const text = wordsOf(error);
    clientErrors.set(text, (clientErrors.get(text) ?? 0) + 1);
  });
}

using _ = hideTimerWarnings();
// Where nothing is left to wait for, Bun ends in the middle of an `await`.
process.exitCode = 1;
process.exit(await main(Bun.argv.slice(2)));

/** Gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options) return report(await soak(options));
    console.log(usage);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? `${error.message}\n\n${usage}` : `The soak could not be run: ${wordsOf(error)}`);
    return isUsage ? 2 : 1;
  }
}

async function soak(wanted: Options): Promise<Ending> {
  console.error(describe(wanted));
  await using soaking = await Soak.create(wanted, (line) => console.error(line));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void soaking[Symbol.asyncDispose]().then(() => process.exit(130)));
  const failure = await soaking.run().then(() => undefined, wordsOf);
  const { seen } = soaking;
  return {
    options: wanted,
    seen,
    findings: judge(seen, { seconds: wanted.seconds, failure }),
    failure,
    clientErrors,
  };
}

function report(ending: Ending): number {
  const { options, seen, failure } = ending;
  const day = new Date().toISOString().slice(0, 10);
  const tables = [
    renderReport(ending),
    `${day}, \`bun run soak ${describe(options)}\`, ${describeMachine()}${describeLack(seen)}.`,
  ].join('\n\n');
  console.log(tables);
  console.log(renderSummary(ending));
  if (failure !== undefined) console.error(failure);
  if (options.isUpdate && isWell(ending)) updatePage(tables);
  return isWell(ending) ? 0 : 1;
}

function describeLack({ isMemoryLimited, hasSmallDisk }: Observations): string {
  return `${isMemoryLimited ? '' : '; memory could not be limited here'}${hasSmallDisk ? '' : '; the disk was never full, for none could be mounted'}`;
}

function describe({ seconds, seed, store }: Options): string {
  return `--seconds ${seconds} --seed ${seed} --store ${store}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
