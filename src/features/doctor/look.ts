import { Failure, toFailure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { readSettings } from '../../platform/config.ts';
import { redact } from '../../platform/redact.ts';
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
    const typed = await Promise.all(found.map((finding) => typeCure(finding, context)));
    return typed.map(withoutSecrets);
  } catch (error) {
    signal.throwIfAborted();
    return [
      withoutSecrets(
        problem(
          `This could not be looked at: ${sentenceOf(error)}`,
          'Look at the other findings first; where this one stays, it is a fault of groundmist that its makers want to hear of.',
        ),
      ),
    ];
  }
}

/** Findings are shown to others: whatever was quoted in one, the last guard of the log holds for it. */
function withoutSecrets(finding: Finding): Finding {
  const cause = redact(finding.cause);
  return 'cure' in finding ? { ...finding, cause, cure: redact(finding.cure) } : { ...finding, cause };
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
