import * as Automerge from '@automerge/automerge';
import { describe, expect, test } from 'bun:test';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { bringBack } from '../../../src/core/content/bring-back.ts';
import { toJson } from '../../../src/core/content/json.ts';
import { textsIn } from '../../../src/core/content/typed-value.ts';
import { libraries, randomHistory } from '../../support/histories.ts';

const automerge = await loadAutomerge();
const said = { time: 1_700_000_000, message: 'brought back' };
const options = { ...said, mostWritten: 1_000_000 };

type Bytes = Uint8Array;

/** The document once it has the change that brings `moment` back, as any device that takes it reads it. */
function afterBringingBack(saved: Bytes, moment: readonly string[]): Automerge.Doc<unknown> {
  const document = automerge.load(saved);
  const back = bringBack(automerge, document, { ...options, moment });
  automerge.free(document);
  const device = Automerge.load(saved);
  return back ? Automerge.loadIncremental(device, back.change) : device;
}

/** The document as it was: nothing of it knows what came later. */
function asItWas(saved: Bytes, moment: readonly string[]): Automerge.Doc<unknown> {
  return Automerge.load(
    Automerge.getBackend(Automerge.load(saved))
      .fork(undefined, [...moment])
      .save(),
  );
}

/** All that a person can see: content, marks and blocks. */
function reads(doc: Automerge.Doc<unknown>): object {
  const handle = Automerge.getBackend(doc);
  const texts = [...textsIn(handle)].map(({ path, text }) => ({ path, spans: handle.spans(text.id) }));
  return { content: toJson(automerge, doc), texts };
}

describe.each(Object.entries(libraries))('any moment of a history of %s', (_, library) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('number %d comes back in one change', (seed) => {
    const doc = randomHistory(library, seed, 60);
    const saved = library.save(doc);
    const hashes = Automerge.topoHistoryTraversal(Automerge.load(saved));
    for (let at = seed % 7; at < hashes.length; at += 7) {
      const moment = hashes.slice(at, at + 1);
      const after = afterBringingBack(saved, moment);
      expect(reads(after)).toEqual(reads(asItWas(saved, moment)));
      expect(Automerge.stats(after).numChanges - hashes.length).toBeLessThanOrEqual(1);
    }
  });
});

interface Note extends Record<string, unknown> {
  text: string;
}

describe('rich text', () => {
  test('comes back with its marks and its blocks', () => {
    let doc = Automerge.from<Note>({ text: 'one two three' });
    doc = Automerge.change(doc, (draft) => {
      Automerge.splitBlock(draft, ['text'], 0, { type: 'heading', attrs: { level: 1 } });
      Automerge.mark(draft, ['text'], { start: 1, end: 4, expand: 'both' }, 'bold', true);
      Automerge.mark(draft, ['text'], { start: 5, end: 8, expand: 'none' }, 'link', 'https://example.com');
    });
    const moment = Automerge.getHeads(doc);
    doc = Automerge.change(doc, (draft) => {
      Automerge.updateBlock(draft, ['text'], 0, { type: 'paragraph', attrs: { level: 2 } });
      Automerge.unmark(draft, ['text'], { start: 0, end: 9 }, 'bold');
      Automerge.mark(draft, ['text'], { start: 9, end: 12 }, 'italic', true);
      Automerge.splice(draft, ['text'], 2, 4, 'ZZ');
      Automerge.joinBlock(draft, ['text'], 0);
    });
    const after = afterBringingBack(Automerge.save(doc), moment);
    expect(reads(after)).toEqual(reads(asItWas(Automerge.save(doc), moment)));
  });
});

describe('datatypes', () => {
  test('stay what they were, also those that read the same', () => {
    let doc = Automerge.from<Record<string, unknown>>({
      text: 'text',
      string: new Automerge.ImmutableString('text'),
      bytes: new Uint8Array([1, 2, 3]),
      date: new Date(86_400_000),
      counter: new Automerge.Counter(5),
      integer: 7,
      float: 1.5,
      nothing: null,
      list: [1, ['two', { three: 3 }], new Automerge.ImmutableString('four')],
    });
    const moment = Automerge.getHeads(doc);
    const before = datatypes(doc);
    doc = Automerge.change(doc, (draft) => {
      for (const key of Object.keys(draft)) draft[key] = 'gone';
    });
    const after = afterBringingBack(Automerge.save(doc), moment);
    expect(datatypes(after)).toEqual(before);
    expect(reads(after)).toEqual(reads(asItWas(Automerge.save(doc), moment)));
  });
});

function datatypes(doc: Automerge.Doc<Record<string, unknown>>): object {
  const handle = Automerge.getBackend(doc);
  return Object.fromEntries(Object.keys(doc).map((key) => [key, handle.getWithType('_root', key)?.[0]]));
}

test('an edit that a device made meanwhile stays', () => {
  let doc = Automerge.from<Record<string, unknown>>({ title: 'A title', list: ['one'] });
  const moment = Automerge.getHeads(doc);
  doc = Automerge.change(doc, (draft) => {
    draft['title'] = 'Another one';
  });
  const saved = Automerge.save(doc);
  const elsewhere = Automerge.change(Automerge.load<Record<string, unknown>>(saved), (draft) => {
    draft['new'] = 'from a train';
  });
  const after = Automerge.merge(Automerge.load(Automerge.save(elsewhere)), afterBringingBack(saved, moment));
  expect(Automerge.toJS(after)).toEqual({ title: 'A title', list: ['one'], new: 'from a train' });
});

test('brought back once more it is the same, and nothing is written', () => {
  let doc = Automerge.from<Record<string, unknown>>({ text: 'one two', items: [1, { deep: 'x' }, [2]] });
  const moment = Automerge.getHeads(doc);
  doc = Automerge.change(doc, (draft) => {
    draft['text'] = 'gone';
    draft['items'] = [];
  });
  const once = Automerge.save(afterBringingBack(Automerge.save(doc), moment));
  expect(bringBack(automerge, automerge.load(once), { ...options, moment })).toBeUndefined();
});

test('what reads as it did stays, and of a text only what differs is written', () => {
  let doc = Automerge.from<Record<string, unknown>>({ text: 'one two three', items: [1, 2, 3] });
  const moment = Automerge.getHeads(doc);
  doc = Automerge.change(doc, (draft) => {
    draft['text'] = '';
    draft['items'] = [];
  });
  doc = Automerge.load(Automerge.save(afterBringingBack(Automerge.save(doc), moment)));
  doc = Automerge.change(doc, (draft) => Automerge.splice(draft, ['text'], 4, 3, 'zwei'));
  const back = bringBack(automerge, automerge.load(Automerge.save(doc)), { ...options, moment });
  const { ops } = Automerge.decodeChange(back?.change ?? new Uint8Array());
  expect(ops.map(({ action }) => action)).toEqual(['del', 'del', 'del', 'del', 'set', 'set', 'set']);
});

test('surrogate pairs are not taken apart', () => {
  let doc = Automerge.from<Record<string, unknown>>({ text: 'a😀b' });
  const moment = Automerge.getHeads(doc);
  doc = Automerge.change(doc, (draft) => {
    draft['text'] = 'a😁b';
  });
  const after = afterBringingBack(Automerge.save(doc), moment);
  expect(Automerge.toJS(after)).toEqual({ text: 'a😀b' });
});

test('more than a document may grow by is refused before it is written', () => {
  let doc = Automerge.from<Record<string, unknown>>({ text: 'x'.repeat(100) });
  const moment = Automerge.getHeads(doc);
  doc = Automerge.change(doc, (draft) => void (draft['text'] = ''));
  const document = automerge.load(Automerge.save(doc));
  expect(() => bringBack(automerge, document, { ...said, moment, mostWritten: 99 })).toThrow(/later moment/);
});

test('where nothing differs nothing is written', () => {
  const doc = Automerge.from({ same: true });
  const document = automerge.load(Automerge.save(doc));
  expect(bringBack(automerge, document, { ...options, moment: Automerge.getHeads(doc) })).toBeUndefined();
});

test('the change says when it was made and what for', () => {
  let doc = Automerge.from<Record<string, unknown>>({ a: 1 });
  const moment = Automerge.getHeads(doc);
  doc = Automerge.change(doc, (draft) => {
    draft['a'] = 2;
  });
  const back = bringBack(automerge, automerge.load(Automerge.save(doc)), { ...options, moment });
  const { time, message, deps } = Automerge.decodeChange(back?.change ?? new Uint8Array());
  expect({ time, message, deps }).toEqual({ ...said, deps: Automerge.getHeads(doc) });
});
