export interface Question {
  readonly message: string;
  /** Why it is asked, in one line. */
  readonly why?: string;
  readonly placeholder?: string;
  /** Stands in the field already: Enter alone answers it. */
  readonly initial?: string;
  /** What is wrong with an answer, or undefined where it can be used. */
  whyNot(answer: string): string | undefined;
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface Selection<Value extends string> {
  readonly message: string;
  readonly why?: string;
  readonly choices: readonly Choice<Value>[];
  readonly initial: Value;
}

/** How a wizard asks the person. Throws Cancelled where they leave. */
export interface Prompts {
  text(question: Question): Promise<string>;
  /** Shows a mark for each character typed, and gives the answer as it is. */
  secret(question: Pick<Question, 'message' | 'whyNot'>): Promise<string>;
  /** `initial` is what Enter alone answers, yes where left out. */
  confirm(message: string, options?: { readonly initial?: boolean; readonly why?: string }): Promise<boolean>;
  /** One of several, with the arrow keys. */
  select<Value extends string>(selection: Selection<Value>): Promise<Value>;
  /** Says something between two questions. */
  tell(text: string): void;
  /** The same where it is no good news. */
  warn(text: string): void;
  /** What `work` gives; until then `label` stands there, and something moves. */
  whileWorking<Result>(label: string, work: Promise<Result>): Promise<Result>;
}

/** Questions on this terminal, asked on stderr as all talk is. */
export async function terminalPrompts(signal: AbortSignal): Promise<Prompts> {
  if (process.env['TERM'] === 'dumb') {
    const { LinePrompts } = await import('./line-prompts.ts');
    return new LinePrompts(signal);
  }
  const { FramedPrompts } = await import('./framed-prompts.ts');
  return new FramedPrompts(await import('@clack/prompts'), signal);
}
