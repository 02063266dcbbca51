import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { judgeChunks } from '../../../src/core/sync/judged-chunks.ts';
import { badChange, changeOn } from '../../support/bad-change.ts';
import { sharedFence } from '../../support/fence.ts';

const doc: Automerge.Doc<Record<string, unknown>> = Automerge.from({ list: [1, 2] });
const base = { sequence: 1, bytes: Automerge.save(doc), hasInterior: true };
const good = {
  sequence: 2,
  bytes: changeOn(doc, (content) => void (content['a'] = 1), 'aa'),
  hasInterior: false,
};
const bad = { sequence: 3, bytes: badChange(doc, 'bb'), hasInterior: false };

test('the bad ones are told from the good ones', async () => {
  const stored = { heads: [], chunks: [base, bad, good], damaged: [], checkedThrough: 0 };
  const judged = await judgeChunks(stored, sharedFence(), 'background');
  const [refused, reason] = [[bad], expect.any(String)];
  expect(judged).toEqual({ kind: 'judged', good: [base, good], refused, culprits: refused, reason });
});

test('where nothing is bad nothing is refused', async () => {
  const stored = { heads: [], chunks: [base, good], damaged: [], checkedThrough: 0 };
  const judged = await judgeChunks(stored, sharedFence(), 'background');
  expect(judged).toEqual({
    kind: 'judged',
    good: [base, good],
    refused: [],
    culprits: [],
    reason: undefined,
  });
});

test('what was judged before is not judged again, and what stands on it not held against it', async () => {
  const stored = { heads: [], chunks: [base, bad, good], damaged: [], checkedThrough: 3 };
  expect(await judgeChunks(stored, sharedFence(), 'background')).toMatchObject({ kind: 'unreadable' });
});
