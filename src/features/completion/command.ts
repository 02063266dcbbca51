import { Failure } from '../../core/failure.ts';
import type { RunCommand } from '../../feature.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { describeWords } from './words.ts';
import { zshScript } from './zsh.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export const run: RunCommand = async ({ arguments: { shell }, features, terminal }) => {
  const words = describeWords(features);
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    throw new Failure('Usage', `There is no completion for "${shell}", only for bash, zsh and fish.`);
  }
  await terminal.result(scripts[shell](words));
};
