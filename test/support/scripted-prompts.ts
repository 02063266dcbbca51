import type { Choice, Prompts } from '../../src/platform/prompts.ts';

export interface Asked {
  readonly message: string;
  readonly why: string | undefined;
  readonly initial: string | undefined;
}

export interface ScriptedPrompts extends Prompts {
  readonly asked: readonly Asked[];
  /** What was said between the questions. */
  readonly told: readonly string[];
}

/** What a person answers to a question whose words begin so; `undefined` is Enter alone. */
export type Script = readonly (readonly [question: string, answer: string | undefined])[];

/** A person at a terminal who answers by a script, in its order; a question that is not in it is an error. */
export function scriptedPrompts(script: Script): ScriptedPrompts {
  const left = [...script];
  const asked: Asked[] = [];
  const told: string[] = [];
  const answerTo = (message: string, why: string | undefined, initial: string | undefined): string => {
    asked.push({ message, why, initial });
    const next = left.shift();
    if (next === undefined || !message.startsWith(next[0])) throw new Error(`Nobody answers "${message}".`);
    return next[1] ?? initial ?? '';
  };
  return {
    asked,
    told,
    async text({ message, why, initial, whyNot }) {
      for (;;) {
        const answer = answerTo(message, why, initial);
        const problem = whyNot(answer);
        if (problem === undefined) return answer;
        told.push(problem);
      }
    },
    secret: () => Promise.reject(new Error('Nobody tells a secret.')),
    async confirm(message, { initial = true, why } = {}) {
      return answerTo(message, why, initial ? 'yes' : 'no') === 'yes';
    },
    async select<Value extends string>({
      message,
      why,
      choices,
      initial,
    }: {
      readonly message: string;
      readonly why?: string;
      readonly choices: readonly Choice<Value>[];
      readonly initial: Value;
    }) {
      const answer = answerTo(message, why, initial);
      const chosen = choices.find(({ value }) => value === answer);
      if (chosen === undefined) throw new Error(`"${message}" has no choice ${answer}.`);
      return chosen.value;
    },
    tell: (text) => void told.push(text),
    warn: (text) => void told.push(text),
    whileWorking: (_label, work) => work,
  };
}
