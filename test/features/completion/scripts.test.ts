import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { bashScript } from '../../../src/features/completion/bash.ts';
import { fishScript } from '../../../src/features/completion/fish.ts';
import { zshScript } from '../../../src/features/completion/zsh.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { typedInto } from './typing.ts';

setDefaultTimeout(15_000);

/** What is typed, `⇥` for Tab, and the words that the command gets. */
const cases: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['groundmist comple⇥ z⇥', ['completion', 'zsh']],
  ['groundmist --quiet app ap⇥', ['--quiet', 'app', 'approve']],
  ['groundmist app list --j⇥', ['app', 'list', '--json']],
  ['groundmist export out --format=j⇥', ['export', 'out', '--format=json']],
  ['groundmist export out --format j⇥', ['export', 'out', '--format', 'json']],
  ['groundmist backup verify inner\\ fi⇥', ['backup', 'verify', 'inner file']],
  ['groundmist serve --data-dir oth⇥', ['serve', '--data-dir', 'other/']],
  ['groundmist serve --data-dir=oth⇥', ['serve', '--data-dir=other/']],
  ['groundmist help backup res⇥', ['help', 'backup', 'restore']],
  [
    'groundmist inspect --data-dir data xyz.gro⇥',
    ['inspect', '--data-dir', 'data', 'xyz.groundmist.library'],
  ],
  [
    'groundmist inspect --data-dir "my data" xyz.gro⇥',
    ['inspect', '--data-dir', 'my data', 'xyz.groundmist.notes'],
  ],
  [
    'groundmist inspect --data-dir my\\ data xyz.gro⇥',
    ['inspect', '--data-dir', 'my data', 'xyz.groundmist.notes'],
  ],
  ["groundmist 'app' ap⇥", ['app', 'approve']],
  ['groundmist "conf⇥', ['config']],
  ['groundmist export out --format="j⇥', ['export', 'out', '--format=json']],
  ['groundmist serve --data-dir=my\\ d⇥', ['serve', '--data-dir=my data/']],
  ['groundmist serve --data-dir my\\ d⇥', ['serve', '--data-dir', 'my data/']],
  ['groundmist inspect --json -- --d⇥', ['inspect', '--json', '--', '--d']],
];

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  test.skipIf(Bun.which(shell) === null).each(cases)('completes %j', async (typed, words) => {
    const got = await typedInto(shell, typed.replaceAll('⇥', '\t'));
    // Zsh adds the slash of a folder and takes it away again at the end of the line.
    expect(got.map((word) => word.replace(/\/$/, ''))).toEqual(words.map((word) => word.replace(/\/$/, '')));
  });

  test.skipIf(Bun.which(shell) === null)('looks in a folder below ~', async () => {
    const got = await typedInto(shell, 'groundmist inspect --data-dir ~/work/data xyz.gro\t');
    expect(got.at(-1)).toBe('xyz.groundmist.library');
  });

  test.skipIf(Bun.which(shell) === null)('completes the file that the output goes to', async () => {
    expect(await typedInto(shell, 'groundmist manual >oth\tman; cat other/man')).toEqual(['manual']);
  });

  test.skipIf(Bun.which(shell) === null)(
    'completes a word with a colon in it, at which bash breaks words',
    async () => {
      const ANSWER = String.raw`words\nhttps://library.example\tone device\nk7m2qx\ta device: of it\n`;
      for (const typed of ['groundmist app revoke http\t', 'groundmist app revoke https://lib\t']) {
        expect(await typedInto(shell, typed, { ANSWER })).toEqual([
          'app',
          'revoke',
          'https://library.example',
        ]);
      }
      expect(await typedInto(shell, 'groundmist app revoke k\t', { ANSWER })).toEqual([
        'app',
        'revoke',
        'k7m2qx',
      ]);
    },
  );

  test.skipIf(Bun.which(shell) === null)('takes the script without a word', () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('home'));
    const script = {
      bash: bashScript,
      zsh: `autoload -Uz compinit; compinit -u -D; ${zshScript}`,
      fish: fishScript,
    }[shell];
    const bare = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell];
    const run = Bun.spawnSync([shell, ...bare, '-c', script], {
      env: { PATH: process.env['PATH'] ?? '', HOME: folder.at('home') },
    });
    expect([run.exitCode, run.stdout.toString(), run.stderr.toString()]).toEqual([0, '', '']);
  });
});

test.skipIf(Bun.which('zsh') === null)('zsh finds the script in fpath as well', () => {
  using folder = temporaryFolder();
  const script = `
    cat >${folder.path}/_groundmist <<'END'\n${zshScript}\nEND
    fpath=(${folder.path} $fpath); autoload -Uz compinit; compinit -u -D -d ${folder.path}/dump
    print -- \${_comps[groundmist]}`;
  const run = Bun.spawnSync(['zsh', '-f', '-c', script], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder.path },
  });
  expect(run.stdout.toString()).toBe('_groundmist\n');
});

test('bash shows nothing where what it asks does not even read the question', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('groundmist'), '#!/bin/sh\n', { mode: 0o755 });
  const script = `trap '' PIPE; ${bashScript}; COMP_WORDS=(groundmist $(seq 20000)) COMP_CWORD=20000; _groundmist`;
  const run = Bun.spawnSync(['bash', '-c', script], {
    env: { PATH: `${folder.path}:${process.env['PATH'] ?? ''}`, HOME: folder.path },
  });
  expect(run.stderr.toString()).toBe('');
});

test.skipIf(Bun.which('shellcheck') === null)('shellcheck finds nothing in the bash script', () => {
  const run = Bun.spawnSync(['shellcheck', '--shell=bash', '-'], { stdin: Buffer.from(`${bashScript}\n`) });
  expect(run.stdout.toString()).toBe('');
});
