/** Runs the built server for a long time among many clients and faults, and fails on growth or divergence. `--help`. */
import { judge } from './judgement/judge.ts';
import { parseOptions } from './options.ts';
import { report, summary } from './report.ts';
import { Soak } from './soak.ts';

/** Stock clients throw into the void when their socket is just closing; the errors are theirs, and counted. */
const clientErrors = new Map<string, number>();
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    clientErrors.set(text, (clientErrors.get(text) ?? 0) + 1);
  });
}

const options = parseOptions(Bun.argv.slice(2));
console.error(`${options.seconds} s, seed ${options.seed}, ${options.store}`);
process.exitCode = await soak();
process.exit();

async function soak(): Promise<number> {
  await using soaking = await Soak.create(options, (line) => console.error(line));
  let failure: string | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void soaking[Symbol.asyncDispose]().then(() => process.exit(130)));
  try {
    await soaking.run();
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const findings = judge(soaking.seen);
  console.log(report(soaking.seen, findings));
  console.log(JSON.stringify(summary(options, soaking.seen, findings, failure, clientErrors)));
  if (failure !== undefined) console.error(failure);
  const grown = findings.filter(({ isBad }) => isBad);
  for (const { name, sentence } of grown) console.error(`${name}: ${sentence}`);
  return failure === undefined && grown.length === 0 ? 0 : 1;
}
