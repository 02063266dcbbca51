import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { bashScript } from '../../../src/features/completion/bash.ts';
import { fishScript } from '../../../src/features/completion/fish.ts';
import { describeWords } from '../../../src/features/completion/words.ts';
import { zshScript } from '../../../src/features/completion/zsh.ts';
import type { Feature } from '../../../src/feature.ts';
import { coreSettings } from '../../../src/settings.ts';
import { temporaryFolder } from '../../support/folder.ts';

const load = () => Promise.resolve(async () => {});

const features: readonly Feature[] = [
  {
    name: 'app',
    commands: [
      {
        name: 'app list',
        summary: "the owner's apps: all [of them]",
        options: [{ flags: '--json', summary: 'JSON' }],
        load,
      },
      { name: 'app approve', summary: 'let one in', load },
      { name: 'serve', summary: 'run', settings: { data: coreSettings.dataDirectory }, load },
      { name: 'secret', summary: 'not shown', hidden: true, load },
    ],
  },
];
const places = describeWords(features);

/** What a shell offers after `line`, sorted. */
function offered(shell: string, script: string, line: string): readonly string[] {
  using folder = temporaryFolder();
  Bun.spawnSync(['mkdir', folder.at('inner')]);
  const run = Bun.spawnSync([shell, ...(shell === 'bash' ? ['--norc'] : []), '-c', script, shell, line], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder.path },
  });
  expect(run.stderr.toString()).toBe('');
  const words = run.stdout
    .toString()
    .split('\n')
    .map((word) => word.split('\t')[0] ?? '');
  return words.filter((word) => word !== '').toSorted();
}

const global = ['--env-file', '--help', '--quiet', '--verbose'];
const cases: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['groundmist ', ['app', 'serve']],
  ['groundmist a', ['app']],
  ['groundmist app ', ['approve', 'list']],
  ['groundmist app --quiet l', ['list']],
  ['groundmist app list --', ['--json', ...global].toSorted()],
  ['groundmist app approve --j', []],
  ['groundmist serve --da', ['--data-dir']],
];

const bash = `${bashScript(places)}
line=$1; read -ra COMP_WORDS <<<"$line"
case "$line" in *' ') COMP_WORDS+=('') ;; esac
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _groundmist; printf '%s\\n' "\${COMPREPLY[@]}"`;

/** Bash and zsh add the flags to the words; a person sees them together. */
function withoutFlags(line: string, words: readonly string[]): readonly string[] {
  return line.endsWith(' ') ? words.filter((word) => !word.startsWith('-')) : words;
}

test.skipIf(Bun.which('bash') === null).each(cases)('bash offers after %j', (line, words) => {
  expect(withoutFlags(line, offered('bash', bash, line))).toEqual(words);
});

test.skipIf(Bun.which('bash') === null)('bash offers folders where a flag takes one', () => {
  expect(offered('bash', bash, 'groundmist serve --data-dir ')).toEqual(['inner']);
});

test.skipIf(Bun.which('fish') === null).each(cases)('fish offers after %j', (line, words) => {
  const script = `${fishScript(places)}\ncomplete -C "$argv[1]"`;
  using folder = temporaryFolder();
  const run = Bun.spawnSync(['fish', '--no-config', '-c', script, '--', line], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder.path },
  });
  expect(run.stderr.toString()).toBe('');
  const found = run.stdout
    .toString()
    .split('\n')
    .map((one) => one.split('\t')[0] ?? '')
    .filter(Boolean);
  expect(withoutFlags(line, found.toSorted())).toEqual(words);
});

test.skipIf(Bun.which('zsh') === null)(
  'zsh takes the script, sourced and from fpath, and finds every place',
  () => {
    using folder = temporaryFolder();
    const path = join(folder.path, '_groundmist');
    const script = zshScript(places);
    Bun.spawnSync(['sh', '-c', 'cat >"$1"', 'sh', path], { stdin: Buffer.from(script) });
    // Outside of a real completion the functions that speak to the line editor are stood in for.
    const probe = `
    autoload -Uz compinit; compinit -u -D -d ${folder.path}/dump
    _describe() { print -l -- "\${words_next[@]%%:*}" }
    _arguments() { print -l -- \${\${(M)@:#--*}%%\\[*} }
    source ${path}; unfunction _groundmist
    fpath=(${folder.path} $fpath); autoload -Uz _groundmist
    words=(\${(z)1}); [[ $1 == *' ' ]] && words+=(''); CURRENT=$#words
    _groundmist`;
    for (const line of ['groundmist ', 'groundmist app ', 'groundmist app list --']) {
      const run = Bun.spawnSync(['zsh', '-f', '-c', probe, 'zsh', line], {
        env: { HOME: folder.path, PATH: process.env['PATH'] ?? '' },
      });
      expect(run.stderr.toString()).toBe('');
      const found = run.stdout.toString().trim().split('\n').toSorted();
      expect(found).toEqual([...(cases.find(([one]) => one === line)?.[1] ?? [])]);
    }
  },
);

test('hidden commands are not offered', () => {
  for (const script of [bashScript(places), fishScript(places), zshScript(places)]) {
    expect(script).not.toContain('secret');
  }
});
