import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import {
  decodeSyncMessage,
  encodeSyncMessage,
  type SyncMessage,
} from '../../../src/core/format/sync-message.ts';
import { answerTo, newConversation, newsFor } from '../../../src/core/graph/conversation.ts';
import { quickAnswer } from '../../../src/core/graph/quick-answer.ts';
import { graphOf } from '../../support/change-graphs.ts';

type Doc = Automerge.Doc<Record<string, unknown>>;

const nothingTaken = { hasChanges: false, hasNews: false, missing: [] };
const known = { hasChanges: true, hasNews: false, missing: [] };
const strange = 'ab'.repeat(32);

function edited(doc: Doc, key: string): Doc {
  return Automerge.change(doc, (draft) => void (draft[key] = 1));
}

interface Said {
  readonly heads?: readonly string[];
  readonly need?: readonly string[];
  readonly lastSync?: readonly string[];
}

/** A message without changes, from a peer without a Bloom filter. */
function says({ heads = [], need = [], lastSync = [] }: Said): SyncMessage {
  const message = decodeSyncMessage(encodeSyncMessage({ heads, need, have: [{ lastSync }], changes: [] }));
  if ('kind' in message) throw new Error(message.reason);
  return message;
}

const base = edited(Automerge.init(), 'base');
const whole = edited(edited(Automerge.clone(base), 'one'), 'two');
const graph = graphOf(whole);
const { heads } = graph;

describe('the first message of a peer', () => {
  test('that has nothing is answered with everything, and all of it then counts as held', () => {
    const conversation = newConversation(false);
    expect(answerTo(graph, conversation, says({}), nothingTaken)).toEqual({ send: 'everything', need: [] });
    expect(conversation.held).toEqual(heads);
    expect(newsFor(graph, conversation)).toBeUndefined();
  });

  test('that has a part is answered with the rest', () => {
    const message = says({ heads: Automerge.getHeads(base) });
    expect(answerTo(graph, newConversation(false), message, nothingTaken)).toEqual({
      send: [1, 2],
      need: [],
    });
  });

  test('that remembers what both had is answered with what came since', () => {
    const message = says({ heads: [strange], lastSync: [graph.hashAt(1)] });
    expect(answerTo(graph, newConversation(false), message, nothingTaken)).toEqual({
      send: [2],
      need: [strange],
    });
  });

  test('that has the same is answered once', () => {
    const [conversation, outline] = [newConversation(false), { heads, isOpened: true }];
    const unanswered = { message: says({ heads }), intake: nothingTaken };
    expect(quickAnswer(conversation, unanswered, outline)).toEqual({ send: [], need: [] });
    expect(quickAnswer(conversation, unanswered, outline)).toBe('silence');
  });
});

describe('a later message', () => {
  /** Has been told everything. */
  function told(isReadOnly = false): ReturnType<typeof newConversation> {
    const conversation = newConversation(isReadOnly);
    answerTo(graph, conversation, says({}), nothingTaken);
    return conversation;
  }

  test('that asks for a change by name is answered with it', () => {
    const message = says({ heads, need: [graph.hashAt(1)] });
    expect(answerTo(graph, told(), message, nothingTaken)).toEqual({ send: [1], need: [] });
  });

  test('that asks for what is not here is not answered', () => {
    expect(answerTo(graph, told(), says({ heads, need: [strange] }), nothingTaken)).toBeUndefined();
  });

  test('that begins again is answered with everything', () => {
    const message = says({ heads: [strange] });
    expect(answerTo(graph, told(), message, nothingTaken)).toEqual({ send: 'everything', need: [strange] });
  });

  test('of a read-only peer asks for nothing', () => {
    const message = says({ heads: [strange], lastSync: heads });
    expect(answerTo(graph, told(true), message, nothingTaken)?.need ?? []).toEqual([]);
  });

  test('that names heads which it never sends is asked for them some times and no more', () => {
    const conversation = told();
    const message = says({ heads: [strange], lastSync: heads });
    const answers = Array.from({ length: 100 }, () => answerTo(graph, conversation, message, nothingTaken));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(8);
    const news = { ...known, hasNews: true };
    expect(answerTo(graph, conversation, message, news)?.need).toEqual([strange]);
  });

  test('that brings what is here, again and again, is acknowledged some times and no more', () => {
    const conversation = told();
    const unanswered = { message: says({ heads, lastSync: heads }), intake: known };
    const answers = Array.from({ length: 100 }, () =>
      quickAnswer(conversation, unanswered, { heads, isOpened: true }),
    );
    expect(answers.filter((answer) => answer !== 'silence')).toHaveLength(8);
  });

  test('that brings what is here, and has less, is acknowledged some times and no more', () => {
    const conversation = told();
    const message = says({ heads: Automerge.getHeads(base), lastSync: Automerge.getHeads(base) });
    const answers = Array.from({ length: 100 }, () => answerTo(graph, conversation, message, known));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(8);
  });
});

test('a peer is told what came since, without what it has itself', () => {
  const conversation = newConversation(false);
  const own = edited(Automerge.clone(base), 'own');
  const shared = graphOf(base);
  answerTo(shared, conversation, says({ heads: shared.heads }), nothingTaken);
  const grown = graphOf(base, own, whole);
  const answer = answerTo(
    grown,
    conversation,
    says({ heads: Automerge.getHeads(own), lastSync: shared.heads }),
    { hasChanges: true, hasNews: true, missing: [] },
  );
  expect(answer).toEqual({ send: [2, 3], need: [] });
});

test('nobody is told anything before its first message', () => {
  expect(newsFor(graph, newConversation(false))).toBeUndefined();
});
