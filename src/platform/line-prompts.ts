import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Cancelled, unlessAborted } from './cancelled.ts';
import { escapeLines, escapeUnprintable } from './escape.ts';
import type { Prompts, Question, Selection } from './prompts.ts';

/** The same questions line by line, for terminals that cannot move the cursor (TERM=dumb). */
export class LinePrompts implements Prompts {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async text(question: Question): Promise<string> {
    return (await this.#ask(question, readLine)).trim();
  }

  async secret(question: Pick<Question, 'message' | 'whyNot'>): Promise<string> {
    return await this.#ask(question, readHiddenLine);
  }

  async confirm(message: string, options: { readonly initial?: boolean; readonly why?: string } = {}) {
    const { initial = true, ...why } = options;
    const question = { ...why, message: `${message} (yes/no)`, initial: initial ? 'yes' : 'no' };
    return (await this.#ask({ ...question, whyNot: whyNotYesOrNo }, readLine)).startsWith('y');
  }

  async select<Value extends string>(selection: Selection<Value>): Promise<Value> {
    const { message, choices, initial, ...why } = selection;
    const lines = choices.map(({ label }, index) => `  ${index + 1}. ${label}`);
    const isThere = (text: string) => choices[Number(text) - 1] !== undefined;
    const question = {
      ...why,
      message: [message, ...lines].join('\n'),
      initial: String(choices.findIndex(({ value }) => value === initial) + 1),
      whyNot: (text: string) => (isThere(text) ? undefined : `Type a number from 1 to ${choices.length}.`),
    };
    const answer = await this.#ask(question, readLine);
    return choices[Number(answer) - 1]?.value ?? initial;
  }

  tell(text: string): void {
    say(text);
  }

  warn(text: string): void {
    say(text);
  }

  async whileWorking<Result>(label: string, work: Promise<Result>): Promise<Result> {
    say(`${label} …`);
    return await unlessAborted(this.#signal, work);
  }

  /** Asks until the answer can be used; an empty one is `initial`. */
  async #ask({ message, why, initial, whyNot }: Question, readAnswer: typeof readLine): Promise<string> {
    let words = `\n${message}${why === undefined ? '' : `\n  ${why}`}`;
    for (;;) {
      const prompt = `${escapeLines(words)}\n${initial === undefined ? '' : `[${escapeUnprintable(initial)}] `}> `;
      const line = await readAnswer(prompt, this.#signal);
      const answer = line === '' ? (initial ?? '') : line;
      const problem = whyNot(answer);
      if (problem === undefined) return answer;
      words = problem;
    }
  }
}

function say(text: string): void {
  process.stderr.write(`${escapeLines(text)}\n`);
}

function whyNotYesOrNo(text: string): string | undefined {
  return /^(?:y|yes|n|no)$/.test(text) ? undefined : 'Answer yes or no.';
}

async function readLine(prompt: string, signal: AbortSignal): Promise<string> {
  return await read(prompt, signal, { output: process.stderr, terminal: false });
}

/** What readline would echo of a password goes nowhere. */
async function readHiddenLine(prompt: string, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await read(prompt, signal, { output: nowhere, terminal: true });
  } finally {
    process.stderr.write('\n');
  }
}

interface Reading {
  readonly output: NodeJS.WritableStream;
  readonly terminal: boolean;
}

/**
 * One line that the person types; where nothing more can come, they have left. They are asked only once the terminal is set
 * not to echo, for some are quick.
 */
async function read(prompt: string, signal: AbortSignal, reading: Reading): Promise<string> {
  signal.throwIfAborted();
  const reader = createInterface({ input: process.stdin, ...reading });
  process.stderr.write(prompt);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const leave = (): void => reject(new Cancelled('SIGINT'));
  reader.once('line', resolve).once('SIGINT', leave).once('close', leave);
  try {
    return await unlessAborted(signal, promise);
  } finally {
    reader.close();
  }
}
