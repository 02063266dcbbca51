import { Failure, toFailure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { readSettings } from '../../platform/config.ts';
import { findingsOf, type Check, type Finding } from './finding.ts';
import { isSetUp } from './set-up.ts';
import { typeCure } from './typed-cure.ts';

/** What one check finds. Whatever befalls it is a finding too, and the others go on; only Ctrl-C ends it. */
export async function look(check: Check, context: CommandContext): Promise<readonly Finding[]> {
  const { signal } = context;
  const { problem, unchecked } = findingsOf(check.name);
  try {
    const why = whyLeftOut(check, context);
    if (why !== undefined) return [unchecked(why)];
    const found = await unlessAborted(signal, check.find(context));
    return await Promise.all(found.map((finding) => typeCure(finding, context)));
  } catch (error) {
    signal.throwIfAborted();
    return [
      problem(
        `This could not be looked at: ${sentenceOf(error)}`,
        'Look at the other findings first; where this one stays, it is a fault of groundmist that its makers want to hear of.',
      ),
    ];
  }
}

/** Why there is nothing to look with. What is wrong with the settings `configuration` tells. */
function whyLeftOut(
  { needs = {}, isBasic }: Check,
  { configuration: { sources } }: CommandContext,
): string | undefined {
  if (isBasic) return undefined;
  try {
    if (!isSetUp(sources)) return notSetUp;
    const wrong = Object.values(needs).filter(
      (setting) => readSettings({ setting }, sources).kind === 'problems',
    );
    return wrong.length === 0 ? undefined : `${wrong.map(({ env }) => env).join(' and ')} cannot be read.`;
  } catch (error) {
    if (error instanceof Failure) return 'The settings cannot be read.';
    throw error;
  }
}

const notSetUp = 'This server has not been set up yet.';

function sentenceOf(error: unknown): string {
  const { code, message } = toFailure(error);
  const isForeign = code === 'Internal' && error instanceof Error;
  return /[.!?]$/.test(message) && !isForeign ? message : `${isForeign ? error.message : message}.`;
}
