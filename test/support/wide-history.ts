import type * as Automerge from '@automerge/automerge';
import { editAnywhere, editMap } from './anywhere.ts';
import { seededRandom } from './seeded-random.ts';

type Library = typeof Automerge;
type Random = (below: number) => number;
type Content = Record<string, unknown>;
type Doc = Automerge.Doc<Content>;

const writers = 4;

/**
 * A document of nested maps, lists, texts, marks and counters that several writers edited at random, apart and together, also the same
 * places at once, and on top of older moments: the same for the same seed.
 */
export function wideHistory(library: Library, seed: number, rounds: number): Doc {
  const next = seededRandom(seed);
  const random: Random = (below) => Math.floor(next() * below);
  const actor = (): string => Uint8Array.from({ length: 4 }, () => random(256)).toHex();
  const first = library.from<Content>(beginning(library), { actor: actor() });
  const docs: Doc[] = [first];
  while (docs.length < writers) docs.push(library.clone(first, { actor: actor() }));
  const pick = (): Doc => docs[random(writers)] ?? first;
  for (let round = 0; round < rounds; round += 1) {
    const writer = random(writers);
    const kind = random(12);
    if (kind < 3)
      docs[writer] = library.merge(
        docs[writer] ?? first,
        docs[(writer + 1 + random(writers - 1)) % writers] ?? first,
      );
    // A writer that starts again has another actor, and may find an older state.
    else if (kind === 3) docs[writer] = library.clone(pick(), { actor: actor() });
    else if (kind === 4) docs[writer] = library.load(library.save(pick()), { actor: actor() });
    else if (kind === 5) docs[writer] = earlier(library, docs[writer] ?? first, random);
    else
      docs[writer] = library.change(docs[writer] ?? first, (draft) => editAnywhere(draft, random, library));
  }
  return docs.reduce((merged, doc) => library.merge(merged, doc));
}

function beginning(library: Library): Content {
  return {
    title: 'a title',
    text: 'some text of several words, wörds and 😀',
    list: [1, { name: 'one', done: false }, ['in', 'side'], 'four'],
    map: { inner: { deep: [{}], count: new library.Counter(1) }, text: 'x' },
    counter: new library.Counter(2),
    counters: [new library.Counter(1), new library.Counter(5)],
  };
}

/**
 * An edit of an earlier moment of the document, beside what came since. In the root only: in a text that was marked since,
 * Automerge of both generations may write behind an end of the mark, which that moment does not have (seed 131 of such histories).
 */
function earlier(library: Library, doc: Doc, random: Random): Doc {
  const hashes = library.getAllChanges(doc).map((change) => library.decodeChange(change).hash);
  const hash = hashes[random(hashes.length)];
  if (hash === undefined) return doc;
  return library.changeAt(doc, [hash], {}, (draft) => editMap(draft, random, library)).newDoc;
}
