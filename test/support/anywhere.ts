import type * as Automerge from '@automerge/automerge';

type Library = typeof Automerge;
type Random = (below: number) => number;
type Content = Record<string, unknown>;
type Path = (string | number)[];

const mostDepth = 5;

/** Edits a few places of a document, however deep: maps, lists, texts and counters. */
export function editAnywhere(draft: Content, random: Random, library: Library): void {
  for (let left = 1 + random(5); left > 0; left -= 1) {
    const { path, place } = somewhere(draft, random);
    try {
      editPlace({ draft, path, place }, random, library);
    } catch (error) {
      // Not every text can be edited in every way; what was done before stays.
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

function editPlace({ draft, path, place }: Place, random: Random, library: Library): void {
  if (Array.isArray(place)) editList(place, random, library);
  else if (typeof place === 'string') editText({ draft, path, place }, random, library);
  else if (isCounter(place)) place.increment(random(9) - 4);
  else if (isMap(place)) editMap(place, random, library);
}

interface Place {
  readonly draft: Content;
  readonly path: Path;
  readonly place: unknown;
}

function somewhere(draft: Content, random: Random): { readonly path: Path; readonly place: unknown } {
  const path: Path = [];
  let place: unknown = draft;
  for (let depth = random(mostDepth); depth > 0; depth -= 1) {
    if (isCounter(place) || (!Array.isArray(place) && !isMap(place))) break;
    const keys = Array.isArray(place) ? [...place.keys()] : Object.keys(place);
    const key = keys[random(keys.length)];
    if (key === undefined) break;
    path.push(key);
    place = Reflect.get(place, key);
  }
  return { path, place };
}

function isMap(place: unknown): place is Content {
  return typeof place === 'object' && place !== null && Object.getPrototypeOf(place) === Object.prototype;
}

function isCounter(place: unknown): place is Automerge.Counter {
  return typeof place === 'object' && place !== null && 'increment' in place;
}

function editList(list: unknown[], random: Random, library: Library): void {
  const at = random(list.length + 1);
  switch (random(5)) {
    case 0:
      list.splice(at, Math.min(random(3), list.length - at));
      return;
    case 1:
      list.splice(
        at,
        Math.min(random(2), list.length - at),
        anyValue(random, library),
        anyValue(random, library),
      );
      return;
    case 2:
      list.push(anyValue(random, library));
      return;
    case 3:
      list.unshift(anyValue(random, library), anyValue(random, library));
      return;
    default:
      if (at < list.length) list[at] = anyValue(random, library);
  }
}

/** Sets a key of a map, or removes it. */
export function editMap(map: Content, random: Random, library: Library): void {
  const keys = ['a', 'b', 'ü', 'key', '', ...Object.keys(map)];
  const key = keys[random(keys.length)] ?? 'a';
  if (random(4) === 0) delete map[key];
  else map[key] = anyValue(random, library);
}

type TextPlace = Place & { readonly place: string };

function editText({ draft, path, place: text }: TextPlace, random: Random, library: Library): void {
  const start = random(text.length + 1);
  const length = Math.min(random(4), text.length - start);
  const range = { start, end: start + length };
  const name = ['bold', 'link'][random(2)] ?? 'bold';
  switch (random(7)) {
    case 0:
    case 1:
      library.splice(draft, path, start, length, ['', 'x', 'yes ', '😀', 'a longer piece'][random(5)]);
      return;
    case 2:
      if (length === 0) return;
      library.mark(
        draft,
        path,
        { ...range, expand: (['none', 'both', 'before', 'after'] as const)[random(4)] ?? 'none' },
        name,
        random(2) === 0 ? true : 'value',
      );
      return;
    case 3:
      if (length > 0) library.unmark(draft, path, { ...range, expand: 'both' }, name);
      return;
    case 4:
      library.splitBlock(draft, path, start, { type: 'p', parents: [], attrs: {} });
      return;
    case 5:
      library.updateText(draft, path, `${text.slice(0, start)}!${text.slice(start + length)}`);
      return;
    default:
      library.splice(draft, path, start, 0, 'typed');
  }
}

function anyValue(random: Random, library: Library): unknown {
  const values = [
    random(1_000),
    'text',
    null,
    true,
    new Date(random(1_000_000_000)),
    Uint8Array.of(1, random(256)),
    new library.Counter(random(5)),
    {},
    [],
    { inner: random(3), more: [1, 'a', {}], text: 'written' },
    [random(3), { none: null }, [], 'in a list', new library.Counter(1)],
  ];
  return values[random(values.length)];
}
