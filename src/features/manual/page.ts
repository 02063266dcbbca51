import { allSettings } from '../../all-settings.ts';
import {
  flagsEverywhere,
  flagText,
  shownCommands,
  usageOf,
  versionFlag,
  type DescribedCommand,
} from '../../command-line/description.ts';
import { groupCommands } from '../../command-line/groups.ts';
import { exitCodes } from '../../command-line/exit-codes.ts';
import { failures } from '../../core/failure.ts';
import type { Feature } from '../../feature.ts';
import { describeSetting, sentence, withChoices } from '../../command-line/help.ts';
import { entry, literal, paragraphs, section, subsection, title } from './roff.ts';

const files: readonly (readonly [path: string, meaning: string])[] = [
  [
    '.env',
    'in the current folder: the settings, if it is yours, nobody else may write to it and it holds our secret key',
  ],
  [
    '$XDG_CONFIG_HOME/groundmist/env',
    'else the settings of this user; ~/.config where the variable is not set',
  ],
  ['/etc/groundmist/env', 'else the settings of this machine'],
  [
    '$DATA_DIR/<namespace>/documents.sqlite',
    'the documents of one namespace, a folder for each of its words',
  ],
  ['$DATA_DIR/.groundmist/control.sqlite', 'devices, approvals, sessions and what happened'],
  ['$DATA_DIR/.groundmist/control.sock', 'where commands speak to the running server'],
];

const firstSteps = [
  'groundmist init',
  'groundmist serve',
  'groundmist publish sync.example.com',
  'groundmist app list',
  'groundmist app approve k7m2qx',
];

/** The whole page, from what the features say of themselves. */
export function manualPage(features: readonly Feature[], version: string): string {
  const groups = groupCommands(shownCommands(features));
  return [
    String.raw`.\" made by "groundmist manual"`,
    title('GROUNDMIST', 1, `groundmist ${version}`),
    section('NAME', paragraphs('groundmist - a personal sync server for local-first apps')),
    section('SYNOPSIS', paragraphs('groundmist <command> [flags]', 'groundmist help [command]')),
    section('DESCRIPTION', describe()),
    section('COMMANDS', ...groups.flatMap(({ commands }) => commands.map(describeCommand))),
    section('FLAGS OF EVERY COMMAND', ...[...flagsEverywhere, versionFlag].map(describeFlag)),
    section(
      'ENVIRONMENT',
      describeSources(),
      ...allSettings(features).map(describeVariable),
      ...otherVariables(),
    ),
    section('FILES', ...files.map(([path, meaning]) => entry(path, sentence(meaning)))),
    section(
      'EXIT STATUS',
      ...exitCodes.map(([code, , meaning]) => entry(code, sentence(meaning))),
      describeFailures(),
    ),
    section(
      'EXAMPLES',
      paragraphs('The first steps, on a machine that a proxy with TLS passes requests on to:'),
      literal(firstSteps),
    ),
    section(
      'SEE ALSO',
      paragraphs(
        'systemd(1), journalctl(1), age(1), caddy(8), and docs/ in the source: protocol.md for authors of apps, json.md for what --json prints, architecture.md, SECURITY.md.',
      ),
    ),
  ].join('\n');
}

function describe(): string {
  return paragraphs(
    'Groundmist keeps the private Automerge documents of your local-first apps on a machine of yours, and syncs them to all your devices. It belongs to one atproto identity. Apps find it through a public record in the PDS of its owner, prove that they act for them, and get only what the owner allows.',
    'Results go to standard output, everything else to standard error. Nothing asks where no person sits at the terminal: what would be asked is then named by the flag that answers it. Colours are left out where NO_COLOR is set or the output is no terminal.',
    'After "--" nothing is taken for a flag. A value follows its flag, as the next word or after "=".',
  );
}

function describeCommand(described: DescribedCommand): string {
  const { summary, flags, settings, examples } = described;
  return subsection(
    usageOf(described),
    paragraphs(sentence(summary)),
    ...described.arguments.map(({ name, summary: text, choices }) =>
      entry(name, sentence(withChoices(text, choices))),
    ),
    ...flags.map(describeFlag),
    ...(settings.length === 0
      ? []
      : ['.PP', paragraphs(`Reads also ${settings.map(({ env }) => env).join(', ')}.`)]),
    ...examples.flatMap(([line, effect]) => ['.PP', paragraphs(sentence(effect)), literal([`  ${line}`])]),
  );
}

function describeFlag(flag: DescribedCommand['flags'][number]): string {
  const { summary, choices, setting } = flag;
  const text =
    setting === undefined ? withChoices(summary, choices) : `${describeSetting(setting)} [${setting.env}]`;
  return entry(flagText(flag), sentence(text));
}

function describeSources(): string {
  return paragraphs(
    'These are the settings. A flag wins over the environment, the environment over the env file, the env file over the default. The env file is the one that --env-file or GROUNDMIST_ENV_FILE names, else the first of those under FILES. "groundmist config" shows which one won.',
  );
}

function describeVariable(setting: ReturnType<typeof allSettings>[number]): string {
  return entry(`${setting.env}=<${setting.placeholder}>`, sentence(describeSetting(setting)));
}

function otherVariables(): readonly string[] {
  return [
    entry('GROUNDMIST_ENV_FILE=<file>', 'The env file, in the place of those under FILES.'),
    entry('NO_COLOR, PAGER, TERM, XDG_CONFIG_HOME', 'As everywhere.'),
  ];
}

function describeFailures(): string {
  const names = Object.entries(failures).map(([name, { exit }]) => `${name} ${exit}`);
  return [
    '.PP',
    paragraphs(`By the name of the failure, which answers over HTTP have too: ${names.join(', ')}.`),
  ].join('\n');
}
