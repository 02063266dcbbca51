import { Failure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { terminalPrompts } from '../../platform/prompts.ts';
import { hide } from '../../platform/redact.ts';
import { InputTooLong } from '../../platform/terminal.ts';

const limitBytes = 1024;
/** As they are made, with what comes along when they are copied. */
const appPassword = /^\s*([a-z0-9]{4}(?:-[a-z0-9]{4}){3})\s*$/i;

/**
 * The app password: from standard input where that was asked for, else ATPROTO_APP_PASSWORD, else the person. Never
 * from a flag, which other users of the machine could read. Where the person is the standard input, they are asked.
 */
export async function readPassword(context: CommandContext): Promise<string> {
  const text = await readText(context);
  const password = appPassword.exec(text)?.[1] ?? text;
  hide(password);
  return password;
}

async function readText(context: CommandContext): Promise<string> {
  const { terminal, options, signal } = context;
  if (options['passwordStdin'] === true && !terminal.isInteractive) {
    return await readFromInput(context);
  }
  const fromEnvironment = terminal.environment['ATPROTO_APP_PASSWORD'];
  if (fromEnvironment && options['passwordStdin'] !== true) return fromEnvironment;
  if (!terminal.isInteractive) {
    throw new Failure(
      'Usage',
      'An app password is needed and nobody can be asked here: use --password-stdin or set ATPROTO_APP_PASSWORD, ' +
        'or log in through a browser with --oauth.',
    );
  }
  const prompts = await terminalPrompts(signal);
  return prompts.secret({
    message: 'App password of your account (made in the settings of your atproto app; --oauth needs none)',
    whyNot: (text) => (text === '' ? 'Type or paste it; it looks like xxxx-xxxx-xxxx-xxxx.' : undefined),
  });
}

async function readFromInput({ terminal, signal }: CommandContext): Promise<string> {
  const input = await unlessAborted(signal, terminal.readInput(limitBytes)).catch((error: unknown) => {
    if (!(error instanceof InputTooLong)) throw error;
    throw new Failure('Usage', 'Standard input held more than one password.', { cause: error });
  });
  const text = input.replace(/\r?\n$/, '');
  if (text === '') throw new Failure('Usage', 'Standard input held no password.');
  if (/[\r\n]/.test(text)) throw new Failure('Usage', 'Standard input held more than one line.');
  return text;
}
