import type { Conversation, Intake } from './conversation.ts';

const mostFruitless = 8;

/**
 * Whether a peer is still answered where nothing new is to be said: not for ever where it leads to nothing. Some peers
 * name heads that they cannot send, and Automerge 2.2 may send a change that both sides have again at each answer.
 */
export function hasPatience({ fruitless }: Conversation): boolean {
  return fruitless <= mostFruitless;
}

/** Takes note of a message: whether it brought anything. One that neither brought nor lacks changes says nothing of that. */
export function notePatience(conversation: Conversation, intake: Intake, isLacking: boolean): void {
  if (intake.hasNews) conversation.fruitless = 0;
  else if (intake.hasChanges || isLacking) conversation.fruitless += 1;
}
