import type { Listeners } from '../../core/events.ts';
import { Tally } from '../../platform/tally.ts';

/** `remembered`: let in without a question; `revoked`: a device may no longer do what it could. */
const kinds = ['asked', 'approved', 'denied', 'remembered', 'revoked'] as const;

/** What apps asked of the owner, and what came of it. */
export type AnswersOfOwner = Tally<(typeof kinds)[number]>;

export function noAnswers(): AnswersOfOwner {
  return new Tally(kinds);
}

/** Counts what is told of them. */
export function counting(answers: AnswersOfOwner): Listeners {
  return {
    approvalRequested: () => answers.add('asked'),
    approvalAnswered: ({ answer }) => answers.add(answer),
    rememberedAdmitted: () => answers.add('remembered'),
    deviceRevoked: () => answers.add('revoked'),
  };
}
