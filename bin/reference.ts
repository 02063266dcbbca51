#!/usr/bin/env bun
/** Writes what is generated and checked in: docs/reference/ and completions/. `bun run docs`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allSettings } from '../src/all-settings.ts';
import { failures } from '../src/core/failure.ts';
import { features } from '../src/features.ts';
import type { Command } from '../src/feature.ts';

const root = join(import.meta.dir, '..');
const header = '<!-- made by `bun run docs` -->\n';

/** Every generated file by its path from the root of the checkout. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/reference/configuration.md': configurationPage(),
    'docs/reference/commands.md': commandsPage(),
    'docs/reference/failures.md': failuresPage(),
    'completions/groundmist.bash': completion('bash'),
    'completions/_groundmist': completion('zsh'),
    'completions/groundmist.fish': completion('fish'),
  };
}

function configurationPage(): string {
  const rows = allSettings(features).map((setting) => [
    code(setting.env),
    setting.flag === undefined ? '' : code(setting.flag),
    setting.required ? '(required)' : setting.default === undefined ? '(none)' : code(setting.default),
    setting.summary,
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

function commandsPage(): string {
  const commands = features.flatMap((feature) => feature.commands ?? []).filter((command) => !command.hidden);
  return `${header}
# Commands

Every command also takes \`--env-file <file>\`, \`--quiet\`, \`--verbose\` and \`--help\`. Results go to stdout,
everything else to stderr. Exit codes are in [failures.md](failures.md).

${commands.map(describeCommand).join('\n')}`;
}

function describeCommand(command: Command): string {
  const words = (command.arguments ?? []).map(({ name, required }) => (required ? `<${name}>` : `[${name}]`));
  const own = (command.options ?? []).map(({ flags, summary }) => [code(flags), summary]);
  const settings = Object.values(command.settings ?? {}).flatMap(({ flag, placeholder, summary }) =>
    flag === undefined ? [] : [[code(`${flag} <${placeholder}>`), summary]],
  );
  const rows = [
    ...(command.arguments ?? []).map(({ name, summary }) => [code(name), summary]),
    ...own,
    ...settings,
  ];
  const examples = (command.examples ?? []).map(([line, effect]) => `# ${effect}\n${line}\n`);
  return [
    `## \`${['groundmist', command.name, ...words].join(' ')}\`\n`,
    `${command.summary}\n`,
    ...(rows.length === 0 ? [] : [`${table(['', ''], rows)}\n`]),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join('')}\`\`\`\n`]),
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
command ends with the exit code: 0 ok, 1 failure, 2 usage, 3 unhealthy, 4 not allowed, 5 busy or locked,
130 and 143 cancelled by a signal.

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
function completion(shell: string): string {
  const entry = join(root, 'bin/groundmist.ts');
  return Bun.spawnSync([process.execPath, '--no-env-file', entry, 'completion', shell], {
    stderr: 'inherit',
  }).stdout.toString();
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
