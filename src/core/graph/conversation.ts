import type { SyncMessage } from '../format/sync-message.ts';
import type { ChangeGraph } from './change-graph.ts';
import { hasPatience, notePatience } from './patience.ts';
import { isSame } from './quick-answer.ts';

/** What is known of one peer's copy of one document. */
export interface Conversation {
  readonly isReadOnly: boolean;
  /** It has these and all before them, by its own word or since they were sent to it; undefined before its first message. */
  held: readonly string[] | undefined;
  /** Messages of it that led to nothing, since one brought something: see `patience.ts`. */
  fruitless: number;
}

/** What a message calls for. */
export interface Answer {
  /** The changes to send: all there is, or those at these places. */
  readonly send: 'everything' | readonly number[];
  /** The changes to ask for. */
  readonly need: readonly string[];
}

/** What came of the changes in a message. */
export interface Intake {
  readonly hasChanges: boolean;
  readonly hasNews: boolean;
  /** Changes that wait for others, and those others: to be sent again, or for the first time. */
  readonly missing: readonly string[];
}

/** A message that calls for an answer; its changes are taken in already. */
export interface Unanswered {
  readonly message: SyncMessage;
  readonly intake: Intake;
}

const nothing: readonly number[] = [];

/** Two messages of a peer that was not answered in between: as one, with the heads of the later. */
export function joined(earlier: Unanswered | undefined, later: Unanswered): Unanswered {
  if (!earlier) return later;
  const { message, intake } = later;
  const isReset = earlier.message.flags.isReset || message.flags.isReset;
  const need = [...new Set([...earlier.message.need, ...message.need])];
  return {
    message: { ...message, need, flags: { ...message.flags, isReset } },
    intake: {
      hasChanges: earlier.intake.hasChanges || intake.hasChanges,
      hasNews: earlier.intake.hasNews || intake.hasNews,
      missing: intake.missing,
    },
  };
}

export function newConversation(isReadOnly: boolean): Conversation {
  return { isReadOnly, held: undefined, fruitless: 0 };
}

/**
 * What to answer to a message whose changes were taken in, or undefined where there is nothing to say. `conversation`
 * is brought to where it stands once the answer is sent.
 */
export function answerTo(
  graph: ChangeGraph,
  conversation: Conversation,
  message: SyncMessage,
  intake: Intake,
): Answer | undefined {
  const lacking = missingHere(graph, conversation, message, intake);
  notePatience(conversation, intake, lacking.length > 0);
  const need = hasPatience(conversation) ? lacking : [];
  const isFirst = conversation.held === undefined || beginsAgain(message, intake);
  const send = isFirst ? lackedBy(graph, message) : lackedSince(graph, conversation, message);
  const isTold = conversation.held !== undefined && !intake.hasChanges && !isFirst;
  conversation.held = graph.heads;
  if ((isTold || !hasPatience(conversation)) && need.length === 0 && send.length === 0) return undefined;
  return { send, need };
}

/**
 * What a peer lacks that has sent nothing since it was last sent something, or undefined where that is nothing. As
 * `answerTo`, it takes the answer for sent.
 */
export function newsFor(graph: ChangeGraph, conversation: Conversation): Answer | undefined {
  const { held } = conversation;
  if (held === undefined || isUpToDate(graph, held)) return undefined;
  const send = graph.outside(held);
  const isAsked = graph.awaited.length > 0 && !conversation.isReadOnly;
  const need = isAsked ? withAwaited(graph, held) : [];
  conversation.held = graph.heads;
  return send.length + need.length === 0 ? undefined : { send, need };
}

/** What a peer named or sent that cannot be taken in without other changes, and those. */
function missingHere(
  graph: ChangeGraph,
  conversation: Conversation,
  message: SyncMessage,
  intake: Intake,
): readonly string[] {
  if (conversation.isReadOnly) return [];
  return withAwaited(graph, [...message.heads, ...intake.missing]);
}

/** Those that are not here; who has such may also have what stored changes wait for. */
function withAwaited(graph: ChangeGraph, hashes: readonly string[]): readonly string[] {
  const unknown = hashes.filter((hash) => !graph.has(hash));
  return unknown.length === 0 ? [] : [...new Set([...unknown, ...graph.awaited])];
}

/** A peer that does not know what it last agreed on with us, or has thrown it away, says that it has nothing in common with us. */
function beginsAgain({ need, have, flags }: SyncMessage, { hasChanges }: Intake): boolean {
  if (flags.isReset) return true;
  if (hasChanges || need.length > 0 || have.length === 0) return false;
  return have.every(({ lastSync, bloom }) => lastSync.length === 0 && bloom.isEmpty);
}

/** What came since a peer was last sent something and is not its own, and what it asks for by name. */
function lackedSince(
  graph: ChangeGraph,
  { held = [] }: Conversation,
  { heads, need }: SyncMessage,
): readonly number[] {
  const news = isUpToDate(graph, held) ? nothing : graph.outside([...held, ...heads]);
  return need.length === 0 ? news : inOrder([...news, ...indicesOf(graph, need)]);
}

/** What a peer lacks of which only this message is known. */
function lackedBy(graph: ChangeGraph, message: SyncMessage): Answer['send'] {
  const { heads, have } = message;
  const known = [...heads, ...have.flatMap(({ lastSync }) => lastSync)].filter((hash) => graph.has(hash));
  if (known.length === 0 && have.every(({ bloom }) => bloom.isEmpty)) return 'everything';
  const candidates = graph.outside(known);
  const isExact = heads.every((hash) => graph.has(hash));
  const lacked = isExact ? candidates : outsideFilters(graph, candidates, message);
  return inOrder([...lacked, ...indicesOf(graph, message.need)]);
}

/** Those that no filter claims, and all that build on them: who lacks a change lacks those as well. */
function outsideFilters(
  graph: ChangeGraph,
  candidates: readonly number[],
  { have }: SyncMessage,
): Iterable<number> {
  const lacked = new Set<number>();
  for (const index of candidates) {
    const hash = graph.hashAt(index);
    const isClaimed = have.some(({ bloom }) => bloom.has(hash));
    if (!isClaimed || graph.dependenciesAt(index).some((before) => lacked.has(before))) lacked.add(index);
  }
  return lacked;
}

function* indicesOf(graph: ChangeGraph, hashes: readonly string[]): Iterable<number> {
  for (const hash of hashes) {
    const index = graph.indexOf(hash);
    if (index !== undefined) yield index;
  }
}

function inOrder(indices: readonly number[]): readonly number[] {
  return [...new Set(indices)].toSorted((left, right) => left - right);
}

function isUpToDate(graph: ChangeGraph, held: readonly string[]): boolean {
  return isSame(held, graph.heads);
}
