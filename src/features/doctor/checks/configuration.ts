import { allSettings, describeUnknownNames } from '../../../all-settings.ts';
import { readSettings } from '../../../platform/config.ts';
import type { Check, Finding } from '../finding.ts';

const name = 'configuration';

/** Whether every setting is there, can be used and is known. */
export const configuration: Check = {
  name,
  async find({ configuration: { sources }, features }) {
    const settings = Object.fromEntries(allSettings(features).map((setting) => [setting.env, setting]));
    const reading = readSettings(settings, sources);
    const problems = reading.kind === 'problems' ? reading.problems : [];
    const findings: readonly Finding[] = [
      ...problems.map((cause) => ({ check: name, kind: 'problem', cause, cure: 'groundmist init' }) as const),
      ...describeUnknownNames(features, sources).map(
        (cause) => ({ check: name, kind: 'warning', cause, cure: 'groundmist config' }) as const,
      ),
    ];
    if (findings.length > 0) return findings;
    const from = sources.file === undefined ? 'the environment' : sources.file.path;
    return [{ check: name, kind: 'ok', cause: `All settings can be used; they come from ${from}.` }];
  },
};
