import { readFileSync } from 'node:fs';
import { parseEnvFile } from '../../../platform/env-file.ts';
import { visibleText, type Setting, type Sources } from '../../../platform/config.ts';
import { findingsOf, type Finding } from '../finding.ts';

const { warning } = findingsOf('configuration');

/**
 * Settings for which the env file says one thing and the environment another. A server that systemd starts does not
 * see this shell, so the two would not run with the same. What was typed as a flag was meant.
 */
export function findConflicts(settings: readonly Setting[], sources: Sources): readonly Finding[] {
  const { environment, file, flags } = sources;
  if (file === undefined) return [];
  return settings.flatMap((setting) => {
    const { env } = setting;
    const [winner, loser] = [environment[env], file.values[env]];
    if (!winner || !loser || winner === loser || flags[env] !== undefined) return [];
    const [said, unsaid] = [quoted(setting, winner) ?? 'another value', quoted(setting, loser) ?? 'that'];
    return [
      warning(
        `${env} has two values: this shell's environment says ${said}, which wins over ${unsaid} in ${file.path}. A server that is started elsewhere has the other one.`,
        `unset ${env}`,
      ),
    ];
  });
}

function quoted(setting: Setting, text: string): string | undefined {
  const visible = visibleText(setting, text);
  return visible === undefined ? undefined : `"${visible.slice(0, 80)}"`;
}

/** Settings that the env file has twice: the later line wins, and a person sees the first. */
export function findRepeated(settings: readonly Setting[], { file }: Sources): readonly Finding[] {
  if (file === undefined) return [];
  const names = parseEnvFile(readText(file.path)).flatMap((entry) =>
    entry.kind === 'value' ? [entry.name] : [],
  );
  const repeated = settings.filter(({ env }) => names.indexOf(env) !== names.lastIndexOf(env));
  return repeated.map(({ env }) =>
    warning(
      `${env} stands more than once in ${file.path}: the last line counts.`,
      `Take out the lines of ${env} that are not meant.`,
    ),
  );
}

/** It was read before; nothing where it is gone since. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
