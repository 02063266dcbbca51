import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeClosed } from '../../core/service/closed-paths.ts';
import { Failure } from '../../core/failure.ts';
import { Configuration } from '../../configuration.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { Cancelled } from '../../platform/cancelled.ts';
import { envValues } from '../../platform/env-file.ts';
import { ownCommand, typedCommand } from '../../platform/executable.ts';
import { nearestThere } from '../../platform/folders.ts';
import { terminalPrompts, type Prompts } from '../../platform/prompts.ts';
import { gatherAnswers } from './answers.ts';
import { applyPlan } from './apply.ts';
import { describeNetwork } from './data-answer.ts';
import { describeChanges, describeKept, describePlan, describeSummary, describeWritten } from './describe.ts';
import { choosePlace, describeOther, readBefore, type Before, type Place } from './env-place.ts';
import { describeNext, type Going } from './next.ts';
import { checkOfferFlags, chooseOffers, type Offers } from './offers.ts';
import { describeLowPorts, isDone, makePlan, type Plan } from './plan.ts';
import { systemSurroundings, type Surroundings } from './surroundings.ts';

const secretBytes = 32;

export const run: RunCommand = async (context) => {
  const { options, terminal, signal } = context;
  const isAsking = terminal.isInteractive && options['yes'] !== true;
  const prompts = isAsking ? await terminalPrompts(signal) : undefined;
  await setUp(context, systemSurroundings(withoutMissingFile(context), terminal), prompts);
};

/** The env file that is named may be there only once it is written; it says nothing until then. */
function withoutMissingFile({ configuration, options, terminal }: CommandContext): Configuration {
  const named = namedEnvFile(options, terminal);
  if (named === undefined || existsSync(named)) return configuration;
  const { flags, environment } = configuration.sources;
  return new Configuration({ flags, environment });
}

function namedEnvFile(
  { envFile }: CommandContext['options'],
  { environment }: CommandContext['terminal'],
): string | undefined {
  return (typeof envFile === 'string' ? envFile : environment['GROUNDMIST_ENV_FILE']) || undefined;
}

/** Asks, plans, checks, and only then writes. */
export async function setUp(
  context: CommandContext,
  surroundings: Surroundings,
  prompts: Prompts | undefined,
): Promise<void> {
  const { options, terminal, signal } = context;
  const isForMachine = options['system'] === true || options['unit'] === 'system';
  const place = choosePlace(namedEnvFile(options, terminal), surroundings, isForMachine);
  const { plan, offers, remarks } = await prepare(context, { surroundings, prompts, place }).catch(
    (error: unknown) => {
      if (error instanceof Cancelled) terminal.note('Nothing was written.');
      throw error;
    },
  );
  for (const remark of remarks) terminal.note(remark);
  const going = readGoing(plan, place, surroundings);
  if (options['dryRun'] === true) return await showPlan(context, plan, offers, going);
  signal.throwIfAborted();
  const { isChanged } = going;
  const written = describeWritten(plan);
  if (isChanged) applyPlan(plan);
  // The frame of the questions ends here.
  if (prompts) terminal.note('');
  await terminal.result(written);
  const isTold = prompts !== undefined && isChanged;
  const changes = isChanged ? describeChanges(plan) : describeKept(plan);
  for (const sentence of isTold ? [] : changes) terminal.note(sentence);
  await publishAndGoOn(context, plan, offers, going);
}

/** All that a run would write, change and say. */
async function showPlan(
  { terminal }: CommandContext,
  plan: Plan,
  { publish }: Offers,
  going: Going,
): Promise<void> {
  const { host } = plan.answers;
  await terminal.result(describePlan(plan));
  for (const sentence of going.isChanged ? describeChanges(plan) : describeKept(plan))
    terminal.note(sentence);
  const isPublished = publish !== 'no' && host !== undefined;
  if (isPublished) terminal.note(`Then ${host} is published in your account, unchecked.`);
  await terminal.result(describeNext(plan, { ...going, isPublished }));
}

function readGoing(plan: Plan, place: Place, surroundings: Surroundings): Going {
  return {
    command: typedCommand(surroundings.workingFolder),
    isFound: place.isFoundEverywhere || plan.envFile.path === join(surroundings.workingFolder, '.env'),
    isRoot: surroundings.isRoot && !surroundings.isBySudo,
    isBySudo: surroundings.isBySudo,
    installed: surroundings.findService(plan.envFile.path),
    caddy: surroundings.findCaddy(),
    programWords: ownCommand(),
    isChanged: !isDone(plan),
    isPublished: false,
  };
}

/** The record is last: what was written stays where it fails, and the steps then say how to repeat it. */
async function publishAndGoOn(
  { runCommand, terminal, options }: CommandContext,
  plan: Plan,
  { publish }: Offers,
  going: Going,
): Promise<void> {
  const { host } = plan.answers;
  if (publish === 'no' || host === undefined) return await terminal.result(describeNext(plan, going));
  const login = publish === 'oauth' ? ['--oauth'] : [];
  const agreed = options['yes'] === true ? ['--yes'] : [];
  try {
    await runCommand(['publish', host, '--skip-check', ...login, ...agreed, '--env-file', plan.envFile.path]);
  } catch (error) {
    terminal.note('The settings are written. Only the public record is not: the last step repeats it.');
    await terminal.result(describeNext(plan, going));
    throw error;
  }
  await terminal.result(describeNext(plan, { ...going, isPublished: true }));
}

interface Preparing {
  readonly surroundings: Surroundings;
  readonly prompts: Prompts | undefined;
  readonly place: Place;
}

interface Prepared {
  readonly plan: Plan;
  readonly offers: Offers;
  readonly remarks: readonly string[];
}

async function prepare(context: CommandContext, preparing: Preparing): Promise<Prepared> {
  const { options, signal, terminal } = context;
  const { surroundings, prompts, place } = preparing;
  checkOfferFlags(options, terminal);
  const before = readBefore(place);
  const folder = dirname(before.envFile);
  const other = describeOther(place, before);
  if (other !== undefined) prompts?.warn(other);
  const { answers, remarks } = await gatherAnswers({
    ...readAsking(context, before),
    surroundings,
    prompts,
    folder,
    signal,
    defaultDataDirectory: place.dataDirectory,
  });
  const kind = surroundings.networkFileSystem(nearestThere(answers.dataDirectory));
  const network = kind === undefined ? undefined : describeNetwork(answers.dataDirectory, kind);
  const installed = surroundings.findService(before.envFile);
  const offers = await chooseOffers({ ...surroundings, ...answers, options, before, installed, prompts });
  const plan = makePlan(answers, offers, before, {
    isForced: options['force'] === true,
    command: ownCommand(),
    makeSecret: () => randomBytes(secretBytes).toString('hex'),
  });
  const closed = whyClosed(plan, surroundings);
  // A person was told of the others as they came up.
  const all = [...remarks, ...(prompts ? [closed] : [other, network, closed])].filter(
    (remark) => remark !== undefined,
  );
  if (!prompts || options['dryRun'] === true) return { plan, offers, remarks: all };
  await agree(prompts, { plan, offers, remarks: all });
  return { plan, offers, remarks: [] };
}

/** What keeps the person from what the server needs; where it keeps the service, no step that could be told would work. */
function whyClosed(plan: Plan, surroundings: Surroundings): string | undefined {
  const { isRoot } = surroundings;
  if (plan.service !== 'system') return isRoot ? undefined : describeLowPorts(plan, surroundings);
  const closed = describeClosed([process.execPath, plan.envFile.path, plan.dataDirectory]);
  if (closed === undefined) return undefined;
  const asRoot = isRoot ? '' : ' `sudo groundmist init --system` puts settings and documents there.';
  throw new Failure('Usage', `${closed}${asRoot} Nothing was written.`);
}

function readAsking({ configuration, options }: CommandContext, before: Before) {
  const { flags, environment } = configuration.sources;
  return {
    sources: { flags, environment, file: { path: before.envFile, values: envValues(before.entries) } },
    handle: typeof options['handle'] === 'string' ? options['handle'] : undefined,
    isLocal: options['local'] === true,
    isForced: options['force'] === true,
  };
}

async function agree(prompts: Prompts, { plan, offers, remarks }: Prepared): Promise<void> {
  for (const remark of remarks) prompts.warn(remark);
  if (isDone(plan)) return;
  prompts.tell(describeSummary(plan, offers));
  const changes = describeChanges(plan);
  if (changes.length > 0) prompts.tell(changes.join('\n'));
  if (await prompts.confirm('Write all of this?')) return;
  throw new Cancelled('SIGINT');
}
