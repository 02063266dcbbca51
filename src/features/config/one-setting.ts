import { Failure } from '../../core/failure.ts';
import { findNearest } from '../../platform/nearest.ts';
import { visibleText, type Setting, type Sources } from '../../platform/config.ts';
import { describeOrigin, showSetting } from './shown-setting.ts';

const prefix = 'GROUNDMIST_';

/** The value of one setting as it stands, for scripts. Secrets are refused, and so is what a server would refuse. */
export function readOne(name: string, settings: readonly Setting[], sources: Sources): string {
  const setting = findSetting(name, settings);
  const { used, problem } = showSetting(setting, sources);
  if (setting.secret) {
    const where =
      used === undefined ? 'It is not set.' : `It comes from: ${describeOrigin(setting, used.origin)}.`;
    throw new Failure('Usage', `${setting.env} is a secret, and is never printed. ${where}`);
  }
  if (problem !== undefined) throw new Failure('ConfigurationInvalid', problem);
  if (used?.text === undefined) {
    throw new Failure('ConfigurationInvalid', `${setting.env} is not set: ${setting.summary}.`);
  }
  if (visibleText(setting, used.text) !== used.text) {
    const where = describeOrigin(setting, used.origin);
    throw new Failure(
      'Usage',
      `${setting.env} has a secret in it, and is not printed. It comes from: ${where}.`,
    );
  }
  return used.text;
}

/** By its name in any case, without our prefix, or by its flag without the dashes. */
function findSetting(typed: string, settings: readonly Setting[]): Setting {
  const name = typed.toUpperCase().replaceAll('-', '_');
  const found = settings.find(
    ({ env, flag }) =>
      env === name || env === prefix + name || flag?.slice(2).toUpperCase().replaceAll('-', '_') === name,
  );
  if (found !== undefined) return found;
  if (typed.includes('=')) {
    // What stands after it may be a secret.
    throw new Failure(
      'Usage',
      '`groundmist config` shows settings and changes none. Run `groundmist init` again, or write NAME=value into the env file.',
    );
  }
  // Without our prefix: it would make any two names look alike.
  const wanted = findNearest(
    bareName(name),
    settings.map(({ env }) => bareName(env)),
  );
  const nearest = settings.find(({ env }) => bareName(env) === wanted);
  const meant =
    nearest === undefined ? '`groundmist config` shows all of them.' : `Did you mean ${nearest.env}?`;
  throw new Failure('Usage', `No setting is called '${typed}'. ${meant}`);
}

function bareName(name: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
