import * as Automerge from '@automerge/automerge';
import { seededRandom } from './seeded-random.ts';

type Holder = Record<string | number, unknown>;
type Random = (below: number) => number;

const writers = 3;

/**
 * A document whose maps, lists, texts and counters lie in one another, edited at every depth by three writers apart
 * and together: the same for the same seed. As it is read back from its bytes.
 */
export function nestedHistory(seed: number, rounds = 12): Automerge.Doc<Holder> {
  const next = seededRandom(seed);
  const random: Random = (below) => Math.floor(next() * below);
  const first = Automerge.from<Holder>({ k0: {}, k1: [], k2: 'text' }, { actor: 'a0' });
  const docs = [first];
  while (docs.length < writers) docs.push(Automerge.clone(first, { actor: `a${docs.length}` }));
  for (let round = 0; round < rounds; round += 1) {
    const writer = random(writers);
    const doc = docs[writer] ?? first;
    const other = docs[(writer + 1) % writers] ?? first;
    docs[writer] = random(4) === 0 ? Automerge.merge(doc, other) : change(doc, random, round);
  }
  return Automerge.load(Automerge.save(docs.reduce((merged, doc) => Automerge.merge(merged, doc))));
}

/** The heads of states that a document was in, or could have been in. */
export function someStates(document: Automerge.Doc<unknown>): readonly string[][] {
  const changes = Automerge.getChangesMetaSince(document, []);
  return [[], ...changes.map(({ hash }) => [hash]), [...Automerge.getHeads(document)]];
}

function change(doc: Automerge.Doc<Holder>, random: Random, time: number): Automerge.Doc<Holder> {
  return Automerge.change(doc, { time }, (draft) => {
    for (let left = 1 + random(4); left > 0; left -= 1) editMap(draft, draft, [], random);
  });
}

function editMap(draft: Holder, map: Holder, path: Automerge.Prop[], random: Random): void {
  const keys = Object.keys(map);
  const key = keys[random(keys.length)];
  const kind = random(8);
  if (key !== undefined && kind < 5 && editInside(draft, map, [...path, key], random)) return;
  if (key !== undefined && kind === 5) delete map[key];
  else map[`k${random(5)}`] = randomValue(random, 0);
}

function editList(draft: Holder, list: unknown[], path: Automerge.Prop[], random: Random): void {
  const index = random(list.length + 1);
  const kind = list.length === 0 ? 7 : random(8);
  if (kind < 3 && index < list.length && editInside(draft, list, [...path, index], random)) return;
  if (kind === 3) list.splice(random(list.length), 1 + random(2));
  else if (kind === 4) list[random(list.length)] = randomValue(random, 0);
  else list.splice(index, 0, ...Array.from({ length: 1 + random(3) }, () => randomValue(random, 0)));
}

/** False where what stands there cannot be edited. */
function editInside(draft: Holder, holder: object, path: Automerge.Prop[], random: Random): boolean {
  const value = (holder as Holder)[path.at(-1) ?? ''];
  if (typeof value === 'string') editText(draft, value, path, random);
  else if (value instanceof Automerge.Counter) value.increment(1 + random(3));
  else if (Array.isArray(value)) editList(draft, value, path, random);
  else if (isMap(value)) editMap(draft, value, path, random);
  else return false;
  return true;
}

function editText(draft: Holder, text: string, path: Automerge.Prop[], random: Random): void {
  if (random(4) === 0 && text.length > 1) {
    const range = { start: 0, end: 1 + random(text.length - 1), expand: 'both' } as const;
    return Automerge.mark(draft, path, range, 'bold', random(2) === 0);
  }
  const index = random(text.length + 1);
  const inserted = ['', 'é', '😀', 'word '][random(4)] ?? '';
  Automerge.splice(draft, path, index, Math.min(random(3), text.length - index), inserted);
}

function isMap(value: unknown): value is Holder {
  const isObject = typeof value === 'object' && value !== null;
  const isOther = value instanceof Uint8Array || value instanceof Date || Automerge.isImmutableString(value);
  return isObject && !isOther;
}

function randomValue(random: Random, depth: number): unknown {
  const below = (): unknown => randomValue(random, depth + 1);
  switch (random(depth > 2 ? 7 : 10)) {
    case 0:
      return random(100);
    case 1:
      return `text ${random(50)}`;
    case 2:
      return null;
    case 3:
      return new Date(random(1_000_000));
    case 4:
      return new Automerge.Counter(random(10));
    case 5:
      return new Automerge.ImmutableString(`fixed ${random(9)}`);
    case 6:
      return Uint8Array.of(random(255));
    case 7:
      return Array.from({ length: random(4) }, below);
    default:
      return Object.fromEntries(Array.from({ length: random(4) }, () => [`k${random(4)}`, below()]));
  }
}
