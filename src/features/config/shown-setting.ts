import { findText, readSettings, type Origin, type Setting, type Sources } from '../../platform/config.ts';

export interface ShownSetting {
  readonly name: string;
  readonly value: string | undefined;
  readonly origin: Origin;
  readonly isSecret: boolean;
  /** A sentence where the value cannot be used. */
  readonly problem: string | undefined;
}

/** One setting as the person sees it. A required one that is not set yet is no problem here: it shows as such. */
export function showSetting(setting: Setting, sources: Sources): ShownSetting {
  const { text, origin } = findText(setting, sources);
  const reading = text === undefined ? undefined : readSettings({ setting }, sources);
  return {
    name: setting.env,
    value: text,
    origin,
    isSecret: setting.secret === true,
    problem: reading?.kind === 'problems' ? reading.problems.join('; ') : undefined,
  };
}

export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
    case 'environment':
    case 'default':
      return origin.kind;
    case 'file':
      return origin.path;
    case 'unset':
      return 'not set';
  }
}
