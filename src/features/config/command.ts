import { allSettings, describeUnknownNames } from '../../all-settings.ts';
import { Failure } from '../../core/failure.ts';
import type { RunCommand } from '../../feature.ts';
import { describeSetting, sentence } from '../../command-line/help.ts';
import { formatDefinitions } from '../../platform/definitions.ts';
import { escapeUnprintable, printableJsonLines } from '../../platform/escape.ts';
import { redact } from '../../platform/redact.ts';
import { formatTable } from '../../platform/table.ts';
import { configJson } from './config-json.ts';
import { readOne } from './one-setting.ts';
import { describeOrigin, describeValue, showSetting, type ShownSetting } from './shown-setting.ts';

/** Shows all settings; then fails where one is wrong or has a name that nothing reads. */
export const run: RunCommand = async (context) => {
  const { configuration, features, options, terminal } = context;
  const { sources } = configuration;
  const settings = allSettings(features);
  const { setting: wanted } = context.arguments;
  if (wanted !== undefined) {
    const value = readOne(wanted, settings, sources);
    return await terminal.result(terminal.isOutputShown ? escapeUnprintable(value) : value);
  }

  const shown = settings.map((setting) => showSetting(setting, sources));
  const problems = [
    ...shown.flatMap(({ problem }) => problem ?? []),
    ...describeUnknownNames(features, sources),
  ].map(redact);
  if (options['json'] === true)
    await terminal.result(printableJsonLines(configJson(shown, problems, sources)));
  else if (options['explain'] === true) await terminal.result(explain(shown, terminal.width));
  else await terminal.result(formatSettings(shown, terminal.width));
  if (problems.length > 0) throw new Failure('ConfigurationInvalid', problems.join('\n'));
};

/** A table where it fits, else a paragraph for each setting. */
function formatSettings(shown: readonly ShownSetting[], width: number): string {
  const rows = shown.flatMap(rowsOf);
  const table = formatTable([['SETTING', 'VALUE', 'FROM'], ...rows]);
  if (table.split('\n').every((line) => Bun.stringWidth(line) <= width)) return table;
  return rows
    .map(([name = '', value = '', from = '']) =>
      name === '' ? `  ${value} (${from})` : `${name}\n  ${value} (${from})`,
    )
    .join('\n');
}

/** What is used, then what another source says in vain. */
function rowsOf({ setting, used, shadowed }: ShownSetting): readonly (readonly string[])[] {
  const origin = used?.origin ?? ({ kind: 'unset' } as const);
  const first = [setting.env, describeValue(setting, used?.text), describeOrigin(setting, origin)];
  const others = shadowed.map((found) => [
    '',
    describeValue(setting, found.text),
    `${describeOrigin(setting, found.origin)}, not used`,
  ]);
  return [first, ...others];
}

function explain(shown: readonly ShownSetting[], width: number): string {
  const rows = shown.map(({ setting, used }) => {
    const value =
      used === undefined
        ? 'Not set.'
        : `${describeValue(setting, used.text)} (${describeOrigin(setting, used.origin)}).`;
    const flag = setting.flag === undefined ? '' : ` Flag: ${setting.flag}.`;
    return [setting.env, `${value} ${sentence(describeSetting(setting))}${flag}`] as const;
  });
  return formatDefinitions(rows, { width });
}
