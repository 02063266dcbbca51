import type { RunCommand } from '../../feature.ts';
import { requiredArgument } from '../../required-argument.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

const scripts: Readonly<Record<string, string>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** The parser made sure that it is one of these shells. */
export const run: RunCommand = async (context) => {
  await context.terminal.result(scripts[requiredArgument(context, 'shell')] ?? '');
};
