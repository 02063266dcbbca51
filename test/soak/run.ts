/** Runs the built server for a long time among many clients and faults, and fails on growth or divergence. `--help`. */
import { hideTimerWarnings } from '../../src/features/demo/timer-warnings.ts';
import { describeMachine } from '../bench/report/machine.ts';
import { judge } from './judgement/judge.ts';
import type { Observations } from './observations.ts';
import { parseOptions, type Options } from './options.ts';
import { updatePage } from './page.ts';
import { isWell, renderReport, renderSummary, type Ending } from './report.ts';
import { Soak } from './soak.ts';

/** Stock clients throw where nobody catches it when their socket is just closing; what is ours ends the run elsewhere. */
const clientErrors = new Map<string, number>();
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    const text = wordsOf(error);
    clientErrors.set(text, (clientErrors.get(text) ?? 0) + 1);
  });
}

using _ = hideTimerWarnings();
const options = parseOptions(Bun.argv.slice(2));
const ending = await soak(options);
const commandLine = `bun run soak ${describe(options)}`;
const report = [
  renderReport(ending),
  `${new Date().toISOString().slice(0, 10)}, \`${commandLine}\`, ${describeMachine()}${describeLack(ending.seen)}.`,
].join('\n\n');
console.log(report);
console.log(renderSummary(ending));
if (ending.failure !== undefined) console.error(ending.failure);
if (options.isUpdate && isWell(ending)) updatePage(report);
process.exit(isWell(ending) ? 0 : 1);

async function soak(wanted: Options): Promise<Ending> {
  console.error(describe(wanted));
  await using soaking = await Soak.create(wanted, (line) => console.error(line));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void soaking[Symbol.asyncDispose]().then(() => process.exit(130)));
  const failure = await soaking.run().then(() => undefined, wordsOf);
  const { seen } = soaking;
  return { options: wanted, seen, findings: judge(seen, failure), failure, clientErrors };
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
