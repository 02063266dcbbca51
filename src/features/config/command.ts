import { Failure } from '../../core/failure.ts';
import type { RunCommand } from '../../feature.ts';
import { formatTable } from '../../platform/table.ts';
import { allSettings, describeUnknownNames } from '../../all-settings.ts';
import { describeOrigin, showSetting, type ShownSetting } from './shown-setting.ts';

/** Shows all settings; then fails where one is wrong or has a name that nothing reads. */
export const run: RunCommand = async ({ configuration, features, options, terminal }) => {
  const { sources } = configuration;
  const shown = allSettings(features).map((setting) => showSetting(setting, sources));
  const problems = [
    ...shown.flatMap((setting) => setting.problem ?? []),
    ...describeUnknownNames(features, sources),
  ];

  await terminal.result(
    options['json'] === true
      ? formatJson(shown, problems, sources.file?.path)
      : formatTable(tableRows(shown)),
  );
  if (problems.length > 0) throw new Failure('ConfigurationInvalid', problems.join('\n'));
};

function formatJson(
  shown: readonly ShownSetting[],
  problems: readonly string[],
  path: string | undefined,
): string {
  const settings = shown.map(({ name, value, origin, isSecret }) => ({
    name,
    value: isSecret ? null : (value ?? null),
    origin: origin.kind,
    secret: isSecret,
  }));
  return JSON.stringify({ envFile: path ?? null, settings, problems }, undefined, 2);
}

function tableRows(shown: readonly ShownSetting[]): readonly (readonly string[])[] {
  const rows = shown.map(({ name, value, origin, isSecret }) => [
    name,
    value === undefined ? '-' : isSecret ? '(hidden)' : value,
    describeOrigin(origin),
  ]);
  return [['SETTING', 'VALUE', 'FROM'], ...rows];
}
