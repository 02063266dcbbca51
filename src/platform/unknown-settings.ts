import type { Sources } from './config.ts';
import { findNearest } from './nearest.ts';
import { redactValue } from './redact.ts';

export interface UnknownSetting {
  readonly name: string;
  /** The env file it stands in, or undefined for the environment. */
  readonly path: string | undefined;
  readonly nearest: string | undefined;
}

/** The names with our prefix that no setting has: mistyped, or of another version. */
export function findUnknownSettings(
  sources: Sources,
  prefix: string,
  known: readonly string[],
): readonly UnknownSetting[] {
  const unknown = (names: readonly string[], path: string | undefined): UnknownSetting[] =>
    names
      .filter((name) => name.startsWith(prefix) && !known.includes(name))
      .map((name) => ({ name, path, nearest: findNearest(name, known) }));
  const { environment, file } = sources;
  return [
    ...unknown(Object.keys(environment), undefined),
    ...unknown(Object.keys(file?.values ?? {}), file?.path),
  ];
}

/** One sentence that names the setting, where it stands and what may have been meant. */
export function describeUnknownSetting({ name, path, nearest }: UnknownSetting): string {
  const where = path === undefined ? 'the environment' : path;
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  // A key that was joined to a name is part of it.
  return `${redactValue(name)} in ${where} is not a setting of this version.${meant}`;
}
