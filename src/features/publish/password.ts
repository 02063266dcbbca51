import { Failure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { terminalPrompts } from '../../platform/prompts.ts';

const limitBytes = 1024;

/**
 * The app password: from standard input where that was asked for, else ATPROTO_APP_PASSWORD, else the person. Never
 * from a flag, which other users of the machine could read.
 */
export async function readPassword(context: CommandContext): Promise<string> {
  const { terminal, options, signal } = context;
  if (options['passwordStdin'] === true) {
    const text = (await terminal.readInput(limitBytes)).replace(/\r?\n$/, '');
    if (text === '') throw new Failure('Usage', 'Standard input held no password.');
    return text;
  }
  const fromEnvironment = terminal.environment['ATPROTO_APP_PASSWORD'];
  if (fromEnvironment) return fromEnvironment;
  if (!terminal.isInteractive) {
    throw new Failure(
      'Usage',
      'An app password is needed and nobody can be asked here: use --password-stdin or set ATPROTO_APP_PASSWORD.',
    );
  }
  const prompts = await terminalPrompts(signal);
  return prompts.secret({
    message: 'App password of your account (made in the settings of your atproto app)',
    whyNot: (text) => (text === '' ? 'Type or paste it; it looks like xxxx-xxxx-xxxx-xxxx.' : undefined),
  });
}
