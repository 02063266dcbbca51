import type { Setting, Sources } from '../../platform/config.ts';
import type { Prompts } from '../../platform/prompts.ts';
import type { Surroundings } from './surroundings.ts';

/** What the answers come from. */
export interface Asking {
  /** Flags, environment and the env file that is there already. */
  readonly sources: Sources;
  readonly handle: string | undefined;
  /** Apps on this machine alone, so there is no public name. */
  readonly isLocal: boolean;
  readonly isForced: boolean;
  /** Undefined where nobody may be asked: defaults are taken, and what has none is a failure. */
  readonly prompts: Prompts | undefined;
  readonly surroundings: Surroundings;
  /** The folder of the env file. */
  readonly folder: string;
  /** Where documents go unless the owner says otherwise. */
  readonly defaultDataDirectory: string;
  readonly signal: AbortSignal;
}

/** What is wrong with the text of a setting. */
export function whyNotSetting(setting: Setting, value: string): string | undefined {
  const parsed = setting.schema.safeParse(value);
  if (parsed.success) return undefined;
  const why = parsed.error.issues.map((issue) => issue.message).join('; ');
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
}
