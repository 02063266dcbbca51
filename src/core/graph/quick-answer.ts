import type { Answer, Conversation, Unanswered } from './conversation.ts';
import { hasPatience, notePatience } from './patience.ts';

/** What is known of a document without its graph. */
export interface Outline {
  readonly heads: readonly string[];
  /** Whether all that is stored may be believed. */
  readonly isOpened: boolean;
}

const nothing: readonly number[] = [];
const acknowledgement: Answer = { send: nothing, need: [] };
const everything: Answer = { send: 'everything', need: [] };

/**
 * The answer to a message that needs no graph, and mostly none does: both sides have the same, or one of them has
 * nothing. `silence` where nothing is to be said, undefined where the graph has to tell. As `answerTo`, it takes the
 * answer for sent.
 */
export function quickAnswer(
  conversation: Conversation,
  { message, intake }: Unanswered,
  { heads, isOpened }: Outline,
): Answer | 'silence' | undefined {
  if (message.need.length > 0 || message.flags.isReset) return undefined;
  const isFirst = conversation.held === undefined;
  if (isSame(message.heads, heads)) {
    conversation.held = heads;
    notePatience(conversation, intake, false);
    return isFirst || (intake.hasChanges && hasPatience(conversation)) ? acknowledgement : 'silence';
  }
  if (isFirst && heads.length === 0 && canBring(conversation, { message, intake })) {
    conversation.held = heads;
    notePatience(conversation, intake, true);
    return { send: nothing, need: message.heads };
  }
  if (!isOpened || message.heads.length > 0) return undefined;
  if (message.have.some(({ lastSync, bloom }) => lastSync.length > 0 || !bloom.isEmpty)) return undefined;
  // It may have thrown away what it had; one that throws all away that it is sent is not sent it for ever.
  if (!isFirst) conversation.fruitless += 1;
  if (!hasPatience(conversation)) return 'silence';
  conversation.held = heads;
  return everything;
}

/** It names what it has of a document, and has sent nothing of it yet. */
function canBring({ isReadOnly }: Conversation, { message, intake }: Unanswered): boolean {
  return !isReadOnly && message.heads.length > 0 && !intake.hasChanges;
}

/** `silence` where nothing came since a peer was last sent something, or it has not said anything yet. */
export function isKnown({ held }: Conversation, heads: readonly string[]): 'silence' | undefined {
  return held === undefined || isSame(held, heads) ? 'silence' : undefined;
}

/** Whether two lists of heads, each sorted, are the same. */
export function isSame(left: readonly string[], right: readonly string[]): boolean {
  return (
    left === right || (left.length === right.length && left.every((hash, index) => hash === right[index]))
  );
}
