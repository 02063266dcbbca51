import { toFailure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { readSettings, type Settings } from '../../platform/config.ts';
import { findingsOf, type Check, type Finding } from './finding.ts';

/** What one check finds. Whatever befalls it is a finding too, and the others go on; only Ctrl-C ends it. */
export async function look(check: Check, context: CommandContext): Promise<readonly Finding[]> {
  const { signal } = context;
  const { problem, unchecked } = findingsOf(check.name);
  const missing = missingOf(check.needs ?? {}, context);
  if (missing !== undefined) return [unchecked(missing)];
  try {
    return await unlessAborted(signal, check.find(context));
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

/** Which settings are not there to look with. An env file that cannot be read is told of by `configuration`. */
function missingOf(needs: Settings, { configuration }: CommandContext): string | undefined {
  const names = Object.values(needs).map(({ env }) => env);
  if (names.length === 0) return undefined;
  try {
    if (readSettings(needs, configuration.sources).kind === 'values') return undefined;
    const wrong = Object.values(needs).filter(
      (setting) => readSettings({ setting }, configuration.sources).kind === 'problems',
    );
    return `${wrong.map(({ env }) => env).join(' and ')} cannot be read.`;
  } catch {
    return 'The settings cannot be read.';
  }
}

function sentenceOf(error: unknown): string {
  const { code, message } = toFailure(error);
  const isForeign = code === 'Internal' && error instanceof Error;
  return /[.!?]$/.test(message) && !isForeign ? message : `${isForeign ? error.message : message}.`;
}
