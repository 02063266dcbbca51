import {
  findTexts,
  readSettings,
  visibleText,
  type FoundText,
  type Origin,
  type Setting,
  type Sources,
} from '../../platform/config.ts';
import { escapeUnprintable } from '../../platform/escape.ts';

export interface ShownSetting {
  readonly setting: Setting;
  /** What is used; undefined where nothing says anything. */
  readonly used: FoundText | undefined;
  /** What other sources say, and is not used because of that. Never the default. */
  readonly shadowed: readonly FoundText[];
  /** A sentence where the value cannot be used. */
  readonly problem: string | undefined;
}

/** One setting as the person sees it. A required one that is not set yet is no problem here: it shows as such. */
export function showSetting(setting: Setting, sources: Sources): ShownSetting {
  const [used, ...others] = findTexts(setting, sources);
  const reading = used === undefined ? undefined : readSettings({ setting }, sources);
  return {
    setting,
    used,
    shadowed: others.filter(({ origin }) => origin.kind !== 'default'),
    problem: reading?.kind === 'problems' ? reading.problems.join('; ') : undefined,
  };
}

/** The value as a terminal may show it. */
export function describeValue(setting: Setting, text: string | undefined): string {
  return text === undefined ? '-' : escapeUnprintable(visibleText(setting, text) ?? '(hidden)');
}

export function describeOrigin({ flag }: Setting, origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
      return flag ?? 'flag';
    case 'environment':
    case 'default':
      return origin.kind;
    case 'file': {
      const path = escapeUnprintable(origin.path);
      return origin.line === undefined ? path : `${path} line ${origin.line}`;
    }
    case 'unset':
      return 'not set';
  }
}
