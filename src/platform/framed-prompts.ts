import { styleText } from 'node:util';
import type * as clack from '@clack/prompts';
import { AnswerInput } from './answer-input.ts';
import { Cancelled, unlessAborted } from './cancelled.ts';
import { escapeLines, escapeUnprintable } from './escape.ts';
import type { Prompts, Question, Selection } from './prompts.ts';
import { startSpinner } from './spinner.ts';
import { withSize } from './with-size.ts';

/** Narrower terminals have no columns to spare for the line that joins the questions. */
const narrowColumns = 60;
const guideColumns = 3;

/** Questions that are drawn anew as the person types, one below the other, joined by a line. */
export class FramedPrompts implements Prompts {
  readonly #clack: typeof clack;
  readonly #signal: AbortSignal;
  readonly #output = withSize(process.stderr);

  constructor(library: typeof clack, signal: AbortSignal) {
    this.#clack = library;
    this.#signal = signal;
  }

  async text({ message, why, placeholder, initial, whyNot }: Question): Promise<string> {
    // What cannot be shown as it is stands beside an empty field: escaped inside of it, it would be another answer.
    const isShowable = initial === undefined || escapeUnprintable(initial) === initial;
    const hint = isShowable ? placeholder : escapeUnprintable(initial);
    const complete = (typed: string | undefined): string => {
      const text = (typed ?? '').trim();
      return text === '' && !isShowable ? initial : text;
    };
    const answer = await this.#ask('field', (common) =>
      this.#clack.text({
        ...common,
        message: this.#fieldMessage(message, why),
        ...(hint === undefined ? {} : { placeholder: hint }),
        ...(initial === undefined || !isShowable ? {} : { initialValue: initial }),
        validate: (value) => shown(whyNot(complete(value))),
      }),
    );
    return complete(answer);
  }

  async secret({ message, whyNot }: Pick<Question, 'message' | 'whyNot'>): Promise<string> {
    const validate = (value: string | undefined) => shown(whyNot(value ?? ''));
    return await this.#ask('field', (common) =>
      this.#clack.password({ ...common, message: this.#fieldMessage(message, undefined), validate }),
    );
  }

  async confirm(message: string, options: { readonly initial?: boolean; readonly why?: string } = {}) {
    const { initial = true, why } = options;
    return await this.#ask('list', (common) =>
      this.#clack.confirm({ ...common, message: listMessage(message, why), initialValue: initial }),
    );
  }

  async select<Value extends string>({ message, why, choices, initial }: Selection<Value>): Promise<Value> {
    const options = choices.map(({ value, label }) => ({ value, label: escapeUnprintable(label) }));
    const answer = await this.#ask('list', (common) =>
      this.#clack.select<string>({
        ...common,
        message: listMessage(message, why),
        options,
        initialValue: initial,
        showInstructions: false,
      }),
    );
    return choices.find(({ value }) => value === answer)?.value ?? initial;
  }

  tell(text: string): void {
    this.#clack.log.message(this.#wrapped(text), this.#common);
  }

  warn(text: string): void {
    this.#clack.log.warn(this.#wrapped(text), this.#common);
  }

  async whileWorking<Result>(label: string, work: Promise<Result>): Promise<Result> {
    using _spinner = startSpinner(label, this.#output);
    return await unlessAborted(this.#signal, work);
  }

  /** Where the person leaves, by Ctrl-C, by Ctrl-D or with their terminal, nothing is answered. */
  async #ask<Answer>(
    kind: 'field' | 'list',
    ask: (common: clack.CommonOptions) => Promise<Answer | typeof clack.CANCEL_SYMBOL>,
  ): Promise<Answer> {
    const leaving = new AbortController();
    using input = new AnswerInput(process.stdin, kind, () => leaving.abort());
    const signal = AbortSignal.any([this.#signal, leaving.signal]);
    const answer = await ask({ ...this.#common, input, signal });
    return this.#clack.isCancel(answer) ? this.#stop() : answer;
  }

  get #common() {
    return { output: this.#output, withGuide: this.#columns >= narrowColumns };
  }

  get #columns(): number {
    return this.#output.columns;
  }

  /** A question is cancelled by the person, or by the signal, which then is the reason. */
  #stop(): never {
    this.#signal.throwIfAborted();
    throw new Cancelled('SIGINT');
  }

  /** A field knows no second line of its message, so the joining line is drawn here; a list draws its own. */
  #fieldMessage(message: string, why: string | undefined): string {
    const bar = this.#common.withGuide ? `${styleText('gray', this.#clack.S_BAR)}  ` : '';
    return this.#wrapped(message) + (why === undefined ? '' : this.#faintLines(why, bar));
  }

  #faintLines(text: string, bar: string): string {
    const lines = this.#wrapped(text).split('\n');
    return lines.map((line) => `\n${bar}${styleText('dim', line)}`).join('');
  }

  #wrapped(text: string): string {
    const width = this.#columns - (this.#common.withGuide ? guideColumns : 0);
    return Bun.wrapAnsi(escapeLines(text), Math.max(1, width), { hard: true });
  }
}

function listMessage(message: string, why: string | undefined): string {
  const question = escapeUnprintable(message);
  return why === undefined ? question : `${question}\n${styleText('dim', escapeUnprintable(why))}`;
}

function shown(why: string | undefined): string | undefined {
  return why === undefined ? undefined : escapeLines(why);
}
