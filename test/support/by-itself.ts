import type { CommandContext } from '../../src/feature.ts';

/** Of a command that builds no server and runs no other command. */
export const byItself: Pick<CommandContext, 'compose' | 'runCommand'> = {
  compose: () => Promise.reject(new Error('this command runs no server')),
  runCommand: () => Promise.reject(new Error('this command runs no other')),
};
