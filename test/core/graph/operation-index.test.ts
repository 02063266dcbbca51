import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { readDocument } from '../../../src/core/format/document.ts';
import { OperationIndex } from '../../../src/core/graph/operation-index.ts';
import { changeOn, tamper } from '../../support/bad-change.ts';
import { changeOf, changesOf, graphOf, indexOf, newIndex } from '../../support/change-graphs.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { libraries, randomHistory } from '../../support/histories.ts';

type Content = Record<string, unknown>;
type Doc = Automerge.Doc<Content>;

const budget = { inflatedBytes: 2 ** 20, operations: 10_000 };
const first: Doc = Automerge.from<Content>(
  { list: [1, 2], other: [3], map: { inner: 1 }, text: 'some words', a: 1, b: 2 },
  { actor: 'aa' },
);
const doc: Doc = Automerge.change(first, (draft) => {
  delete draft['b'];
  Automerge.mark(draft, ['text'], { start: 0, end: 4 }, 'bold', true);
});
const later = Automerge.change(Automerge.clone(doc, { actor: 'bb' }), (draft) => void (draft['c'] = 1));
const made = Automerge.decodeChange(Automerge.getAllChanges(first)[0] ?? new Uint8Array());
/** The operation that set this key, or made the object there. */
const idOf = (key: string): string =>
  `${made.startOp + made.ops.findIndex((operation) => operation.key === key)}@aa`;
const elementOf = (name: string, index: number): string => {
  const inserted = made.ops.flatMap(({ obj }, at) => (obj === idOf(name) ? [made.startOp + at] : []));
  return `${inserted[index]}@aa`;
};
const removal = `${Automerge.decodeChange(Automerge.getLastLocalChange(doc) ?? new Uint8Array()).startOp}@aa`;

function fromDocument(of: Automerge.Doc<unknown> = doc): OperationIndex {
  const document = readDocument(onlyChunk(Automerge.save(of)), budget);
  if (typeof document === 'string') throw new Error(document);
  const index = newIndex();
  index.addDocuments([document]);
  return index;
}

/** The element of the next counter, and what overwrites that. */
function elementBehind({ pred }: { readonly pred: readonly string[] }): Record<string, unknown> {
  const id = `${Number.parseInt(pred[0] ?? '', 10) + 1}@aa`;
  return { elemId: id, pred: [id] };
}

/** What is said of a change of one operation that refers to `over`. */
function said(index: OperationIndex, over: Record<string, unknown>): string | undefined {
  const change = changeOn(doc, (content) => void (content['new'] = 5), 'cc');
  const bad = tamper(change, ({ ops }) => {
    for (const operation of ops) {
      if ('elemId' in over) delete operation['key' as keyof typeof operation];
      Object.assign(operation, over);
    }
  });
  return index.take(changeOf(bad), graphOf(doc));
}

const cases = [
  ['it writes into an object that is none', { obj: idOf('a') }],
  ['it writes into an object that has keys of another kind', { obj: idOf('list') }],
  ['it writes into an object that has keys of another kind', { obj: idOf('text') }],
  [
    'it writes into an object that has keys of another kind',
    { obj: idOf('map'), elemId: elementOf('list', 0), insert: true },
  ],
  [
    'it refers to an element of another list',
    { obj: idOf('other'), elemId: elementOf('list', 0), insert: true },
  ],
  ['it refers to an element that was not inserted', { obj: idOf('list'), elemId: idOf('a'), insert: true }],
  ['it overwrites what is of another place', { key: 'another', pred: [idOf('a')] }],
  ['it overwrites what is of another place', { obj: idOf('map'), key: 'a', pred: [idOf('a')] }],
  ['it overwrites what is of another place', { key: 'list', pred: [elementOf('list', 0)] }],
  [
    'it overwrites what is of another place',
    { obj: idOf('list'), elemId: elementOf('list', 0), pred: [elementOf('list', 1)] },
  ],
  ['it refers to operations that are not before it', { key: 'b', pred: [removal] }],
  ['it refers to operations that are not before it', { obj: '1@ff' }],
] as const;
const taken = [
  { key: 'a', pred: [idOf('a')] },
  { obj: idOf('map'), key: 'inner', pred: [idOf('inner')] },
  { obj: idOf('list'), elemId: elementOf('list', 0), insert: true },
  { obj: idOf('list'), elemId: elementOf('list', 1), pred: [elementOf('list', 1)] },
  { obj: idOf('text'), elemId: elementOf('text', 3), insert: true },
];

describe.each([
  ['changes', () => indexOf(doc)],
  ['a document chunk', () => fromDocument()],
])('an index of %s', (_, make) => {
  test.each(cases)('refuses a change: %s', (reason, over) => {
    expect(said(make(), over)).toBe(reason);
  });

  test('takes what refers to operations of the right kind', () => {
    for (const over of taken) expect(said(make(), over)).toBeUndefined();
  });

  test('refuses a mark that ends before it begins, also where both ends stand behind elements from before', () => {
    const mark = changeOn(
      doc,
      (draft) => Automerge.mark(draft, ['text'], { start: 2, end: 8 }, 'link', 'x'),
      'cc',
    );
    const turned = tamper(mark, ({ ops }) => {
      const [begin, end] = ops.map((operation) => Reflect.get(operation, 'elemId') as unknown);
      Object.assign(ops[0] ?? {}, { elemId: end });
      Object.assign(ops[1] ?? {}, { elemId: begin });
    });
    expect(make().take(changeOf(mark), graphOf(doc))).toBeUndefined();
    expect(make().take(changeOf(turned), graphOf(doc))).toBe('a mark in it ends before it begins');
  });

  test('takes the removal of a whole text at once, and refuses that of what is of another', () => {
    const edit = (draft: Content): void => Automerge.splice(draft, ['text'], 0, 10, '');
    const whole = changeOn(doc, edit, 'cc');
    const elsewhere = tamper(whole, ({ ops }) => {
      for (const operation of ops) operation.obj = idOf('list');
    });
    const further = tamper(whole, ({ ops }) => {
      const last = ops.at(-1);
      if (last) ops.push({ ...last, ...elementBehind(last) });
    });
    expect(make().take(changeOf(whole), graphOf(doc))).toBeUndefined();
    expect(make().take(changeOf(elsewhere), graphOf(doc))).toBe('it refers to an element of another list');
    expect(make().take(changeOf(further), graphOf(doc))).toBe(
      'it refers to operations that are not before it',
    );
  });

  test('does not keep what it refused', () => {
    const index = make();
    const sizeBytes = index.sizeBytes;
    const runs = index.runs;
    for (const [, over] of cases) said(index, over);
    expect([index.sizeBytes, index.runs]).toEqual([sizeBytes, runs]);
  });
});

test('a change may refer to what the one before it made, and not to what stands beside it', () => {
  const branch = Automerge.change(Automerge.clone(doc, { actor: 'dd' }), (draft) => void (draft['d'] = {}));
  const [beside] = changesOf(later).slice(-1);
  const inside = changeOn(branch, (draft) => void Object.assign(draft['d'] ?? {}, { e: 1 }), 'dd');
  const graph = graphOf(branch);
  const index = indexOf(branch);
  if (!beside) throw new Error('there is a change');
  expect(index.take(beside, graph)).toBeUndefined();
  graph.add(beside);
  expect(index.take(changeOf(inside), graph)).toBeUndefined();
  const crossing = tamper(
    changeOn(later, (draft) => void (draft['x'] = 1), 'bb'),
    ({ ops }) => {
      Object.assign(ops[0] ?? {}, { obj: Automerge.getObjectId(branch['d']) });
    },
  );
  expect(index.take(changeOf(crossing), graph)).toBe('it refers to operations that are not before it');
});

test('an index of a document chunk holds the same as one of its changes', () => {
  for (const library of Object.values(libraries)) {
    for (let seed = 1; seed <= 20; seed += 1) {
      const history = randomHistory(library, seed, 30);
      const changes = Automerge.getAllChanges(Automerge.load(library.save(history)));
      const [same] = Automerge.applyChanges(Automerge.init(), changes);
      expect(fromDocument(same).runs).toBe(indexOf(same).runs);
    }
  }
});

test('typed text is one run, however many changes it came in', () => {
  let typed: Doc = Automerge.from<Content>({ text: '' }, { actor: 'aa' });
  for (let at = 0; at < 200; at += 1)
    typed = Automerge.change(typed, (draft) => Automerge.splice(draft, ['text'], at, 0, 'x'));
  expect(indexOf(typed).runs).toBe(2);
});

test('where there are too many operations it knows nothing, and only looks that they are before', () => {
  const index = new OperationIndex(3);
  for (const change of changesOf(doc)) index.add(change);
  expect([index.isComplete, index.runs]).toEqual([false, 0]);
  expect(said(index, { obj: idOf('list') })).toBeUndefined();
  expect(said(index, { obj: '1@ff' })).toBe('it refers to operations that are not before it');
});
