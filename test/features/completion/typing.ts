import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bashScript } from '../../../src/features/completion/bash.ts';
import { fishScript } from '../../../src/features/completion/fish.ts';
import { zshScript } from '../../../src/features/completion/zsh.ts';
import { temporaryFolder } from '../../support/folder.ts';

const root = join(import.meta.dir, '../../..');
const prompt = 'READY>';

/** How each shell is started with our script and nothing of the person's own. */
const shells = {
  bash: (folder: string) => ({
    command: ['bash', '--noprofile', '--rcfile', join(folder, 'rc'), '-i'],
    rc: `PS1='${prompt}'; bind 'set bell-style none' 'set enable-bracketed-paste off'; ${bashScript}`,
  }),
  zsh: (folder: string) => ({
    command: ['zsh', '-d', '-i'],
    rc: `PS1='${prompt}'; autoload -Uz compinit; compinit -u -D -d ${folder}/dump; ${zshScript}`,
  }),
  fish: (folder: string) => ({
    command: ['fish', '--no-config', '--init-command', `source ${folder}/rc`, '-i'],
    rc: `function fish_prompt; echo '${prompt}'; end; function fish_greeting; end; ${fishScript}`,
  }),
};
export type Shell = keyof typeof shells;

/**
 * Types a line into a real shell on a pseudo-terminal and gives the words that `groundmist` was run with: it is
 * ourselves where a completion asks, or says what ANSWER has, and prints its arguments otherwise.
 */
export async function typedInto(
  shell: Shell,
  keys: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  using folder = temporaryFolder();
  writeFiles(folder.path, shell);
  let [shown, hasTyped] = ['', false];
  const ended = Promise.withResolvers<void>();
  const decoder = new TextDecoder();
  const child = Bun.spawn([...shells[shell](folder.path).command], {
    cwd: folder.at('work'),
    env: {
      PATH: `${folder.at('bin')}:${process.env['PATH'] ?? ''}`,
      HOME: folder.path,
      ZDOTDIR: folder.path,
      TERM: 'xterm',
      ...settings,
    },
    terminal: {
      cols: 200,
      rows: 40,
      data(terminal, bytes) {
        shown += decoder.decode(bytes, { stream: true });
        if (!hasTyped && shown.includes(prompt)) {
          hasTyped = true;
          terminal.write(`${keys}\r`);
        }
        if (shown.includes('<end>')) ended.resolve();
      },
    },
  });
  await ended.promise;
  child.kill('SIGKILL');
  await child.exited;
  child.terminal?.close();
  const words = /<begin>(.*?)<end>/s.exec(shown)?.[1];
  if (words === undefined) throw new Error(`groundmist did not run:\n${shown}`);
  return words.split('<next>').slice(0, -1);
}

function writeFiles(folder: string, shell: Shell): void {
  const { rc } = shells[shell](folder);
  const stores = ['work/data/xyz/groundmist/library', 'work/my data/xyz/groundmist/notes'];
  for (const path of ['bin', 'work/other', ...stores]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'work/inner file'), '');
  for (const store of stores) writeFileSync(join(folder, store, 'documents.sqlite'), '');
  for (const name of ['rc', '.zshrc']) writeFileSync(join(folder, name), `${rc}\n`);
  const ours = `${process.execPath} --no-env-file ${root}/bin/groundmist.ts`;
  const script = `#!/bin/sh
[ "$1" = complete ] && [ -n "$ANSWER" ] && { printf "$ANSWER"; exit; }
[ "$1" = complete ] && exec ${ours} complete
printf '<%s>' begin; [ $# = 0 ] || printf '%s<next>' "$@"; printf '<%s>' end
`;
  writeFileSync(join(folder, 'bin/groundmist'), script);
  chmodSync(join(folder, 'bin/groundmist'), 0o755);
}
