import { createRequire } from 'node:module';
import * as Automerge from '@automerge/automerge';
import { seededRandom } from './seeded-random.ts';

/** The Automerge that automerge-repo 1.2.1 brings, of the generation before; what is used here has the same form. */
const before: { readonly next: typeof Automerge } = createRequire(
  Bun.resolveSync('stock-1-repo', import.meta.dir),
)('@automerge/automerge');

export const libraries = { 'Automerge 3.5': Automerge, 'Automerge 2.2': before.next };

interface Content extends Record<string, unknown> {
  readonly text: string;
  readonly list: unknown[];
  readonly map: Record<string, unknown>;
  readonly counter: Automerge.Counter;
}

/** Numbers below `below`, from 0. */
type Random = (below: number) => number;
type Library = typeof Automerge;
type Edit = (draft: Content, random: Random, library: Library) => void;

const writers = 3;

/** A document that three writers edited at random and merged now and then: the same for the same seed. */
export function randomHistory(library: Library, seed: number, rounds: number): Automerge.Doc<Content> {
  const next = seededRandom(seed);
  const random: Random = (below) => Math.floor(next() * below);
  const first = library.from<Content>(
    { text: 'hello wörld', list: [1, 'two', null], map: {}, counter: new library.Counter(3) },
    { actor: randomActor(random) },
  );
  const docs = [first];
  while (docs.length < writers) docs.push(library.clone(first, { actor: randomActor(random) }));
  for (let round = 0; round < rounds; round += 1) {
    const writer = random(writers);
    const doc = docs[writer] ?? first;
    const other = docs[(writer + 1) % writers] ?? first;
    docs[writer] = random(6) === 0 ? library.merge(doc, other) : editOnce(doc, random, library);
  }
  return docs.reduce((merged, doc) => library.merge(merged, doc));
}

/** The document with one more change, of its own actor; as it is where it lacks what such a document begins with. */
export function editedAtRandom(
  doc: Automerge.Doc<Record<string, unknown>>,
  random: Random,
  library: Library,
): Automerge.Doc<Record<string, unknown>> {
  return hasBegun(doc) ? editOnce(doc, random, library) : doc;
}

function hasBegun(doc: Automerge.Doc<Record<string, unknown>>): doc is Automerge.Doc<Content> {
  return ['text', 'list', 'map', 'counter'].every((key) => key in doc);
}

function editOnce(doc: Automerge.Doc<Content>, random: Random, library: Library): Automerge.Doc<Content> {
  const options = { time: random(2 ** 31), ...(random(3) === 0 && { message: `édit ${random(9)}` }) };
  if (random(12) === 0) return library.emptyChange(doc, options);
  return library.change(doc, options, (draft) => {
    for (let left = 1 + random(4); left > 0; left -= 1) edits[random(edits.length)]?.(draft, random, library);
  });
}

const edits: readonly Edit[] = [
  (draft, random, library) => {
    const text = ['', 'x', 'ab', '😀', 'zzz'][random(5)] ?? '';
    const start = random(draft.text.length);
    library.splice(draft, ['text'], start, Math.min(random(3), draft.text.length - start), text);
  },
  ({ list }, random, library) => {
    const at = random(list.length + 1);
    list.splice(at, Math.min(random(2), list.length - at), randomValue(random, library));
  },
  ({ list }, random, library) => void list.push(randomValue(random, library), randomValue(random, library)),
  ({ list }, random, library) => {
    if (list.length > 0) list[random(list.length)] = randomValue(random, library);
  },
  (draft, random, library) => void (draft[`key ${random(4)}`] = randomValue(random, library)),
  (draft, random) => void delete draft[`key ${random(4)}`],
  ({ map }, random, library) => void (map[`é${random(3)}`] = randomValue(random, library)),
  ({ map }, random) => void delete map[`é${random(3)}`],
  ({ counter }, random) => counter.increment(random(9) - 4),
  (draft, random, library) => {
    if (draft.text.length < 4) return;
    const start = random(draft.text.length - 2);
    const expand = (['none', 'both', 'before', 'after'] as const)[random(4)] ?? 'none';
    const value = [true, 'red', null, 3][random(4)] ?? null;
    library.mark(draft, ['text'], { start, end: start + 2, expand }, `mark ${random(2)}`, value);
  },
  (draft, random, library) => {
    if (draft.text.length > 0)
      library.splitBlock(draft, ['text'], random(draft.text.length), { type: 'p', level: 2 });
  },
];

function randomValue(random: Random, library: Library): unknown {
  const values = [
    random(1_000),
    -random(1_000_000),
    random(1_000) / 7,
    2 ** 40 + random(9),
    `tæxt ${random(9)}`,
    '',
    true,
    false,
    null,
    new Date(random(1_000_000_000)),
    Uint8Array.of(1, random(256)),
    new library.Counter(random(5)),
    { inner: random(3), more: [1, 'a', {}] },
    [random(3), { none: null }, []],
  ];
  return values[random(values.length)];
}

function randomActor(random: Random): string {
  return Uint8Array.from({ length: 4 }, () => random(256)).toHex();
}
