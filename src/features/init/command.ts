import { randomBytes } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { Cancelled } from '../../platform/cancelled.ts';
import { envValues } from '../../platform/env-file.ts';
import { ownCommand } from '../../platform/executable.ts';
import { terminalPrompts } from '../../platform/prompts.ts';
import { coreSettings } from '../../settings.ts';
import { gatherAnswers } from './answers.ts';
import { applyPlan } from './apply.ts';
import { describeChanges, describeNext, describePlan } from './describe.ts';
import { checkPlan, readBefore } from './place.ts';
import { makePlan, type Before, type Plan } from './plan.ts';
import { ownerResolver } from './resolve-owner.ts';

const secretBytes = 32;

/** Asks, plans, checks, and only then writes. */
export const run: RunCommand = async (context) => {
  const { options, terminal, signal } = context;
  const { envFile } = options;
  const path = typeof envFile === 'string' ? envFile : terminal.environment['GROUNDMIST_ENV_FILE'] || '.env';
  const plan = await prepare(context, readBefore(path));
  await checkPlan(plan);
  if (options['dryRun'] === true) {
    return await terminal.result(describePlan(plan, coreSettings.secretKey.env));
  }
  signal.throwIfAborted();
  applyPlan(plan);
  for (const sentence of describeChanges(plan)) terminal.note(sentence);
  await terminal.result(describeNext(plan));
};

async function prepare(context: CommandContext, before: Before): Promise<Plan> {
  const { configuration, options, terminal, signal } = context;
  const { flags, environment } = configuration.sources;
  const prompts =
    terminal.isInteractive && options['yes'] !== true ? await terminalPrompts(signal) : undefined;
  const { handle } = options;
  if (handle === '') throw new Failure('Usage', '--handle is empty.');
  const answers = await gatherAnswers({
    sources: { flags, environment, file: { path: before.envFile, values: envValues(before.entries) } },
    handle: typeof handle === 'string' ? handle : undefined,
    prompts,
    resolveOwner: ownerResolver(configuration),
  });
  const plan = makePlan(answers, before, {
    isForced: options['force'] === true,
    command: ownCommand(),
    scope: process.getuid?.() === 0 ? 'system' : 'user',
    makeSecret: () => randomBytes(secretBytes).toString('hex'),
  });
  const isAgreed =
    !prompts ||
    options['dryRun'] === true ||
    (await prompts.confirm(`Write ${plan.envFile.path}, ${plan.unit.path} and ${plan.dataDirectory}/?`));
  if (!isAgreed) throw new Cancelled('SIGINT');
  return plan;
}
