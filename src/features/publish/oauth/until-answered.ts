import { Failure } from '../../../core/failure.ts';
import type { CommandContext } from '../../../feature.ts';
import { unlessAborted } from '../../../platform/cancelled.ts';
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
    throw new Failure(
      'LoginRefused',
      `Nobody allowed it within ${Math.ceil(waitMs / 60_000)} minutes, so nothing was written. Run it again for a new address.`,
      { cause: error },
    );
  } finally {
    isOver.abort();
    // The question gives the terminal back before anything else is said.
    if (terminal.isInteractive) await pasted.catch(() => {});
  }
}

async function askForAddress(expected: ExpectedAnswer, signal: AbortSignal): Promise<URLSearchParams> {
  const prompts = await terminalPrompts(signal);
  const address = await prompts.text({
    message:
      'Waiting for the browser. Is it on another machine? Then it ends on a page that does not load: paste the address of that page here',
    whyNot(text) {
      const read = readAnswer(text, expected);
      return read.kind === 'none' ? read.why : undefined;
    },
  });
  const read = readAnswer(address, expected);
  if (read.kind === 'answer') return read.parameters;
  throw new Failure('LoginRefused', read.why);
}
