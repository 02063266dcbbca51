import { afterAll, describe, expect, test } from 'bun:test';
import { deflateRawSync } from 'node:zlib';
import * as Automerge from '@automerge/automerge';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { bodyOf, craftChunk, leb128, withStartOp, withUnknownColumn } from '../../support/crafted-sync.ts';
import { openFence } from '../../support/fence.ts';
import { randomHistory } from '../../support/random-history.ts';

await loadAutomerge();

const empty = new Uint8Array();
/** After the number of actors, the length of one, its sixteen bytes and the number of heads. */
const headAt = 19;
const fence = openFence();
afterAll(() => fence.close());

/** A document, and changes of less than 128 bytes that were made on top of it apart from one another. */
function forked(count: number): { readonly base: Uint8Array; readonly changes: readonly Uint8Array[] } {
  const base = Automerge.from<Record<string, unknown>>({ kept: true });
  const changes = Array.from({ length: count }, (_, n) => {
    const fork = Automerge.change(Automerge.clone(base), { time: 0 }, (draft) => void (draft[`k${n}`] = n));
    return Automerge.getLastLocalChange(fork) ?? empty;
  });
  return { base: Automerge.save(base), changes };
}

/** A document whose text is larger than it says: a bomb, where it is large enough. */
function withLyingText(): Uint8Array {
  const announced = [0, 0, 1, 0x01, 2, 2, 0x56, 4, 0x5f];
  const text = deflateRawSync(new Uint8Array(2 ** 22));
  const said = [0x7f, ...leb128(2 ** 20 * 16 + 6)];
  return craftChunk(0, Uint8Array.from([...announced, ...leb128(text.length), 0x7f, 0, ...said, ...text]));
}

function lastChange(doc: Automerge.Doc<unknown>): Uint8Array {
  return Automerge.getLastLocalChange(doc) ?? empty;
}

/** Heads that are not its own, under a correct checksum; the document has one actor and one head. */
function withForgedHead(chunk: Uint8Array): Uint8Array {
  return craftChunk(0, Uint8Array.from(bodyOf(chunk)).with(headAt, 0xab));
}

function withBrokenColumn(change: Uint8Array): Uint8Array {
  return craftChunk(1, Uint8Array.from([...bodyOf(change).slice(0, -3), 0, 0, 0]));
}

describe('open refuses', () => {
  const chunk = Automerge.save(randomHistory(1));
  const small = Automerge.save(Automerge.from({ a: 1 }));
  const change = Automerge.getAllChanges(Automerge.from({ a: 1 }))[0] ?? empty;
  const [noActors, noHeads, noColumns] = [[0], [0], [0, 0]];

  test.each<readonly [string, Uint8Array]>([
    ['no bytes', empty],
    ['bytes that are no chunk', new TextEncoder().encode('a document that was never one')],
    ['half a document', chunk.subarray(0, chunk.length / 2)],
    ['a document with a byte too many', Uint8Array.of(...chunk, 0)],
    ['two documents', Uint8Array.of(...small, ...chunk)],
    ['one document twice', Uint8Array.of(...small, ...small)],
    ['a change', change],
    ['heads that are not its own, under a correct checksum', withForgedHead(small)],
    [
      'heads, and no changes',
      craftChunk(0, Uint8Array.from([...noActors, 1, ...change.subarray(0, 32), ...noColumns, 0])),
    ],
    ['columns that are cut off', craftChunk(0, Uint8Array.from([...noActors, ...noHeads, 9, 9]))],
    ['a text that is larger than it says', withLyingText()],
  ])('%s', async (_, bytes) => {
    expect((await fence.open(bytes, 'awaited')).kind).toBe('refused');
  });

  test('such a text before Automerge inflates it', async () => {
    const opened = await fence.open(withLyingText(), 'awaited');
    expect(opened).toMatchObject({ reason: 'its values are larger than it says' });
  });

  test('any document with a flipped bit, or opens it as what it is', async () => {
    const whole = await fence.open(small, 'awaited');
    const flipped = Array.from(small, (byte, at) => small.with(at, byte ^ 0x10));
    const opened = await Promise.all(flipped.map((bytes) => fence.open(bytes, 'background')));
    expect(opened.filter(({ kind }) => kind === 'opened')).toEqual([]);
    expect(await fence.open(small, 'awaited')).toEqual(whole);
  });
});

test('a document nested as deeply as one can be written is read without its content', async () => {
  let doc = Automerge.init<Record<string, unknown>>();
  doc = Automerge.change(doc, (draft) => {
    let inner = draft;
    for (let depth = 0; depth < 1_500; depth++) {
      inner['a'] = {};
      inner = inner['a'] as Record<string, unknown>;
    }
  });
  const chunk = Automerge.save(doc);
  expect((await fence.open(chunk, 'awaited')).kind).toBe('opened');
  expect((await fence.compact([chunk])).kind).toBe('compacted');
  expect(await fence.judge([], Automerge.getAllChanges(doc), 'awaited')).toEqual({
    kind: 'judged',
    refused: [],
  });
});

describe('compact refuses what Automerge passes over without a word', () => {
  const { base, changes } = forked(3);
  const [first = empty, second = empty, third = empty] = changes;

  test.each<readonly [string, readonly Uint8Array[]]>([
    ['a change with a broken column', [base, withBrokenColumn(first)]],
    ['a change behind it', [base, first, withBrokenColumn(second), third]],
    ['a change under a wrong checksum', [base, first.with(5, (first[5] ?? 0) ^ 1)]],
    ['a document with forged heads', [base, first, withForgedHead(base)]],
    ['a document under a wrong checksum', [base, Automerge.save(Automerge.from({ b: 1 })).with(5, 0)]],
  ])('%s', async (_, chunks) => {
    expect((await fence.compact(chunks)).kind).toBe('refused');
    expect((await fence.compact([base, ...changes])).kind).toBe('compacted');
  });
});

describe('judge', () => {
  const spoilt: readonly (readonly [name: string, spoil: (change: Uint8Array) => Uint8Array])[] = [
    ['with a column of a later version', withUnknownColumn],
    ['whose operations are numbered like others', (change) => withStartOp(change, 1)],
    ['whose operations are numbered beyond all others', (change) => withStartOp(change, 2 ** 32 - 1)],
    ['with a broken column', withBrokenColumn],
    ['that is cut off', (change) => change.subarray(0, -2)],
    ['that is a document', () => Automerge.save(Automerge.from({ another: 1 }))],
  ];

  test.each(spoilt)('refuses a change %s, and none of its neighbours', async (_, spoil) => {
    const { base, changes } = forked(9);
    const additions = changes.map((change, n) => (n === 4 ? spoil(change) : change));
    const judged = await fence.judge([base], additions, 'awaited');
    expect(judged.kind === 'judged' && judged.refused.map(({ index }) => index)).toEqual([4]);
  });

  test('refuses all that depends on a change that it refuses, and keeps what stands beside', async () => {
    const { base, changes } = forked(3);
    const bad = withUnknownColumn(changes[0] ?? empty);
    const headOfBad = new Bun.CryptoHasher('sha256').update(bad.subarray(8)).digest('hex');
    const empties = { actor: 'ab'.repeat(16), author: null, time: 0, message: '', ops: [] };
    const onBad = Automerge.encodeChange({ ...empties, seq: 1, startOp: 9, deps: [headOfBad] });
    const hashOfThat = Automerge.decodeChange(onBad).hash;
    const onThat = Automerge.encodeChange({ ...empties, seq: 2, startOp: 10, deps: [hashOfThat] });
    const judged = await fence.judge([base], [onThat, ...changes.slice(1), onBad, bad], 'background');
    expect(judged.kind === 'judged' && judged.refused.map(({ index }) => index)).toEqual([0, 3, 4]);
  });

  test('refuses the second of two changes with the same actor and number, or the first', async () => {
    const base = Automerge.from<Record<string, unknown>>({ a: 0 }, { actor: 'ab'.repeat(16) });
    const twins = [1, 2].map((n) =>
      lastChange(
        Automerge.change(Automerge.clone(base, { actor: 'ab'.repeat(16) }), (draft) => void (draft['a'] = n)),
      ),
    );
    const judged = await fence.judge([Automerge.save(base)], twins, 'awaited');
    expect(judged.kind === 'judged' && judged.refused.length).toBe(1);
  });

  test('refuses a change on top of one that is nowhere', async () => {
    const changes = Automerge.getAllChanges(randomHistory(2));
    const judged = await fence.judge(
      changes.slice(0, 3),
      [...changes.slice(4, 5), ...changes.slice(2, 3)],
      'awaited',
    );
    expect(judged.kind === 'judged' && judged.refused.map(({ index }) => index)).toEqual([0]);
  });

  test('says nothing of changes where the document below them cannot be read', async () => {
    const { base, changes } = forked(2);
    expect((await fence.judge([base.subarray(0, -4)], changes, 'awaited')).kind).toBe('unreadable');
  });
});

describe('a million operations in a thousand bytes', () => {
  const doc = Automerge.from({ text: 'x'.repeat(1_000_000) });
  const narrow = openFence({ limits: { memoryBytes: 90 * 2 ** 20, watchMs: 5 } });
  afterAll(() => narrow.close());

  test.if(process.platform === 'linux')('are refused where they take too much memory', async () => {
    const refused = { kind: 'refused', reason: 'it takes too much memory to read' } as const;
    const chunk = Automerge.save(doc);
    expect(chunk.length).toBeLessThan(2_000);
    expect(await narrow.open(chunk, 'awaited')).toEqual(refused);
    const { base, changes } = forked(3);
    const judged = await narrow.judge([base], [...changes, lastChange(doc)], 'awaited');
    expect(judged).toEqual({
      kind: 'judged',
      refused: [{ index: 3, reason: refused.reason, isFollowing: false }],
    });
    expect((await narrow.open(base, 'awaited')).kind).toBe('opened');
  });
});
