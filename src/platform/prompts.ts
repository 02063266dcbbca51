import { Cancelled } from './cancelled.ts';

export interface Question {
  readonly message: string;
  readonly placeholder?: string;
  readonly initial?: string;
  /** What is wrong with an answer, or undefined where it can be used. */
  whyNot(answer: string): string | undefined;
}

/** How a wizard asks the person. Throws Cancelled where they leave. */
export interface Prompts {
  text(question: Question): Promise<string>;
  /** Shows a mark for each character typed, and gives the answer as it is. */
  secret(question: Pick<Question, 'message' | 'whyNot'>): Promise<string>;
  /** `initial` is what Enter alone answers, yes where left out. */
  confirm(message: string, options?: { readonly initial: boolean }): Promise<boolean>;
}

/** Questions on this terminal, asked on stderr as all talk is. */
export async function terminalPrompts(signal: AbortSignal): Promise<Prompts> {
  const { confirm, isCancel, password, text } = await import('@clack/prompts');
  const common = { output: process.stderr, signal };
  const stop = (): never => {
    signal.throwIfAborted();
    throw new Cancelled('SIGINT');
  };
  return {
    async text({ message, placeholder, initial, whyNot }) {
      const answer = await text({
        ...common,
        message,
        ...(placeholder === undefined ? {} : { placeholder }),
        ...(initial === undefined ? {} : { initialValue: initial }),
        validate: (value) => whyNot((value ?? '').trim()),
      });
      return isCancel(answer) ? stop() : (answer ?? '').trim();
    },
    async secret({ message, whyNot }) {
      const answer = await password({ ...common, message, validate: (value) => whyNot(value ?? '') });
      return isCancel(answer) ? stop() : answer;
    },
    async confirm(message, { initial } = { initial: true }) {
      const answer = await confirm({ ...common, message, initialValue: initial });
      return isCancel(answer) ? stop() : answer;
    },
  };
}
