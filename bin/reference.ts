#!/usr/bin/env bun
/** Writes what is generated and checked in: docs/reference/, completions/ and man/. `bun run docs`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allSettings } from '../src/all-settings.ts';
import {
  flagsEverywhere,
  flagText,
  shownCommands,
  usageOf,
  type DescribedCommand,
} from '../src/command-line/description.ts';
import { groupCommands } from '../src/command-line/groups.ts';
import { exitCodes } from '../src/command-line/exit-codes.ts';
import { failures } from '../src/core/failure.ts';
import { features } from '../src/features.ts';
import { metrics } from '../src/features/metrics/metrics.ts';
import { withChoices } from '../src/command-line/help.ts';
import type { Setting } from '../src/platform/config.ts';

const root = join(import.meta.dir, '..');
const header = '<!-- made by `bun run docs` -->\n';

/** Every generated file by its path from the root of the checkout. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/reference/configuration.md': configurationPage(),
    'docs/reference/commands.md': commandsPage(),
    'docs/reference/failures.md': failuresPage(),
    'docs/reference/metrics.md': metricsPage(),
    'completions/groundmist.bash': printedBy('completion', 'bash'),
    'completions/_groundmist': printedBy('completion', 'zsh'),
    'completions/groundmist.fish': printedBy('completion', 'fish'),
    'man/groundmist.1': printedBy('manual'),
  };
}

function describeDefault({ required, default: preset, otherDefault }: Setting): string {
  if (required) return '(required)';
  if (preset === undefined) return '(none)';
  const other = otherDefault && `, ${code(otherDefault.text)} ${otherDefault.where}`;
  return `${code(preset)}${other ?? ''}`;
}

function configurationPage(): string {
  const rows = allSettings(features).map((setting) => [
    code(setting.env),
    setting.flag === undefined ? '' : code(setting.flag),
    describeDefault(setting),
    withChoices(setting.summary, setting.choices),
  ]);
  return `${header}
# Configuration

A flag wins over the environment, the environment over the env file, the env file over the default;
\`groundmist config\` shows which one won. The env file is the one that \`--env-file\` names, else
\`GROUNDMIST_ENV_FILE\`, else \`.env\` in the current folder (if it is yours, nobody else may write to it and it
holds our secret key), else \`$XDG_CONFIG_HOME/groundmist/env\`, else \`/etc/groundmist/env\`.

${table(['name', 'flag', 'default', 'meaning'], rows)}
`;
}

function metricsPage(): string {
  const rows = metrics.map(({ name, type, labels = [], help }) => [
    code(name),
    type,
    labels.map(code).join(', '),
    help,
  ]);
  return `${header}
# Metrics

What \`/metrics\` says on the listener of \`GROUNDMIST_METRICS\`, in the text format of Prometheus; [how to watch a server](../operations/monitoring.md). The values of
labels come from a few words of ours. What a server has nothing to do with, as backups where none are set up, is left out.

${table(['name', 'type', 'labels', 'meaning'], rows)}
`;
}

function commandsPage(): string {
  const groups = groupCommands(shownCommands(features)).map(({ title, commands }) =>
    [`## ${title}\n`, ...commands.map(describeCommand)].join('\n'),
  );
  const everywhere = flagsEverywhere.map((flag) => `\`${flagText(flag)}\``);
  return `${header}
# Commands

Every command also takes ${everywhere.join(', ')}. A value follows its flag, as the next word or after \`=\`;
after \`--\` nothing is a flag. Results go to stdout, everything else to stderr. Exit codes are in
[failures.md](failures.md). \`groundmist help <command>\` prints the same, \`groundmist manual | man -l -\` all of it.

${groups.join('\n')}`;
}

function describeCommand(described: DescribedCommand): string {
  const { summary, flags, settings, examples } = described;
  const rows = [
    ...described.arguments.map(({ name, summary: text, choices }) => [
      code(name),
      withChoices(text, choices),
    ]),
    ...flags.map((flag) => [code(flagText(flag)), withChoices(flag.summary, flag.choices)]),
  ];
  const read = settings.map(({ env }) => code(env)).join(', ');
  const lines = examples.map(([line, effect]) => `# ${effect}\n${line}\n`);
  return [
    `### \`${usageOf(described).replace(' [flags]', '')}\`\n`,
    `${summary}\n`,
    ...(rows.length === 0 ? [] : [`${table(['', ''], rows)}\n`]),
    ...(read === '' ? [] : [`Reads also ${read}.\n`]),
    ...(lines.length === 0 ? [] : [`\`\`\`sh\n${lines.join('')}\`\`\`\n`]),
  ].join('\n');
}

function failuresPage(): string {
  const rows = Object.entries(failures).map(([name, { status, close, exit, hint }]) => [
    code(name),
    ...[status, close, exit].map(String),
    hint,
  ]);
  return `${header}
# Failures

Over HTTP a failure is \`{ "error": "<code>", "message": "…" }\`; a WebSocket closes with the close code; a
command ends with the exit code.

${table(
  ['exit code', 'meaning'],
  exitCodes.map(([exit, , meaning]) => [exit, meaning]),
)}

${table(['code', 'HTTP', 'WebSocket', 'exit', 'what to do'], rows)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(tableRow).join('\n');
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Asked of the command itself, as a person would. */
function printedBy(...words: readonly string[]): string {
  const entry = join(root, 'bin/groundmist.ts');
  const run = Bun.spawnSync([process.execPath, '--no-env-file', entry, ...words], { stderr: 'inherit' });
  return run.stdout.toString();
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
