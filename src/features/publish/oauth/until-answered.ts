import { Failure } from '../../../core/failure.ts';
import type { CommandContext } from '../../../feature.ts';
import { unlessAborted } from '../../../platform/cancelled.ts';
import { formatDuration } from '../../../platform/duration.ts';
import { terminalPrompts } from '../../../platform/prompts.ts';
import { readAnswer, type ExpectedAnswer } from './answer.ts';

interface Waiting extends Pick<CommandContext, 'terminal' | 'signal'> {
  readonly waitMs: number;
}

/** The answer that came to the callback, or the same address pasted by a person whose browser is on another machine. */
export async function untilAnswered(
  called: Promise<URLSearchParams>,
  expected: ExpectedAnswer,
  { terminal, signal, waitMs }: Waiting,
): Promise<URLSearchParams> {
  const timeout = AbortSignal.timeout(waitMs);
  const isOver = new AbortController();
  const limit = AbortSignal.any([signal, timeout]);
  const pasted = terminal.isInteractive
    ? askForAddress(expected, AbortSignal.any([limit, isOver.signal]))
    : new Promise<never>(() => {});
  try {
    return await unlessAborted(limit, Promise.race([called, pasted]));
  } catch (error) {
    if (!timeout.aborted || signal.aborted) throw error;
    const sentence = `Nobody allowed it within ${formatDuration(waitMs / 1000)}, so nothing was written. Run it again for a new address.`;
    throw new Failure('LoginRefused', sentence, { cause: error });
  } finally {
    isOver.abort();
    // The question gives the terminal back before anything else is said.
    if (terminal.isInteractive) await pasted.catch(() => {});
  }
}

async function askForAddress(expected: ExpectedAnswer, signal: AbortSignal): Promise<URLSearchParams> {
  const prompts = await terminalPrompts(signal);
  const address = await prompts.text({
    message: 'Waiting for the browser, or for the address that it ended on',
    whyNot(text) {
      const read = readAnswer(text, expected);
      return read.kind === 'none' ? read.why : undefined;
    },
  });
  const read = readAnswer(address, expected);
  if (read.kind === 'answer') return read.parameters;
  throw new Failure('LoginRefused', read.why);
}
