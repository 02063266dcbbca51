import type { Feature } from './feature.ts';
import type { Setting, Settings, Sources } from './platform/config.ts';
import { describeUnknownSetting, findUnknownSettings } from './platform/unknown-settings.ts';
import { coreSettings } from './settings.ts';

/** What a name of ours starts with in the environment; a few settings keep older names. */
const settingPrefix = 'GROUNDMIST_';

/** Names with our prefix that are read, but are no settings. */
const otherNames: readonly string[] = ['GROUNDMIST_ENV_FILE'];

/** Every setting there is, the core's first, each env name once. */
export function allSettings(features: readonly Feature[]): readonly Setting[] {
  const groups: Settings[] = [coreSettings, ...features.map((feature) => feature.settings ?? {})];
  const byName = new Map<string, Setting>();
  for (const group of groups) {
    for (const setting of Object.values(group)) {
      if (!byName.has(setting.env)) byName.set(setting.env, setting);
    }
  }
  return [...byName.values()];
}

/** A sentence for each name with our prefix that nothing reads: mistyped, or of another version. */
export function describeUnknownNames(features: readonly Feature[], sources: Sources): readonly string[] {
  const known = [...allSettings(features).map((setting) => setting.env), ...otherNames];
  return findUnknownSettings(sources, settingPrefix, known).map(describeUnknownSetting);
}
