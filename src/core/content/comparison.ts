import type { Difference, TextEdit } from './differences.ts';
import { isList, toJson, type Json } from './json.ts';
import { ListShift } from './list-shift.ts';
import type { Automerge } from './opened-document.ts';
import type { TextMark } from './marks.ts';
import { valueAt, type Path } from './path.ts';

/** What stands in a text, taken as a string, for each of its blocks. */
const blockMark = '\uFFFC';

/** As Automerge says what became different. */
export type Patch = ReturnType<Automerge['diff']>[number];

/** What is at a path and below it. */
interface Place {
  readonly below: Map<string | number, Place>;
  /** All of it came with a value that is a difference already. */
  isNew: boolean;
  /** Of a new text. */
  areMarksTold: boolean;
  /** Of a list or text. */
  readonly shift: ListShift;
  /** Of a text, as it is edited from its start to its end. */
  edits: { index: number; inserted: string; deleted: string }[] | undefined;
}

/** What the later state says of a path, and its JSON does not. */
export interface Later {
  isCounter(path: Path): boolean;
  /** Of a text. */
  marksOf(path: Path): readonly TextMark[];
}

/** Puts the patches between two states together with what stands in these. All are prepared, in order, then read. */
export class Comparison {
  readonly #before: Json;
  readonly #after: Json;
  readonly #later: Later;
  readonly #root = newPlace();
  /** Of a removal from a list: where that stood before. */
  readonly #stood = new Map<Patch, number>();

  constructor(before: Json, after: Json, later: Later) {
    this.#before = before;
    this.#after = after;
    this.#later = later;
  }

  /** Notes what is new and how lists moved, for what stood where before. */
  prepare(patch: Patch): void {
    const holder = patch.path.slice(0, -1);
    if (this.#isInNew(holder)) return;
    if (patch.action === 'put') this.#place(patch.path).isNew = true;
    const index = Number(patch.path.at(-1));
    const isOfList = isList(valueAt(this.#after, holder));
    if (patch.action === 'del' && isOfList) {
      this.#stood.set(patch, this.#place(holder).shift.delete(index, patch.length ?? 1));
    }
    if (patch.action !== 'insert') return;
    if (isOfList) this.#place(holder).shift.insert(index, patch.values.length);
    for (const [offset, value] of patch.values.entries()) {
      if (isFilled(value)) this.#place([...holder, index + offset]).isNew = true;
    }
  }

  read(automerge: Automerge, patch: Patch): readonly Difference[] {
    const { path } = patch;
    const isOfText = patch.action === 'mark' || patch.action === 'unmark';
    const text = this.#textOn(path);
    if (this.#isInNew(isOfText ? path : path.slice(0, -1))) return text ? this.#marksOfNew(patch, text) : [];
    if (text !== undefined && path.length > text.length + 1) return this.#block(path, text);
    switch (patch.action) {
      case 'put':
        return text ? this.#edit(path, this.#letter(path), 1) : this.#put(path);
      case 'insert':
        if (text) return this.#edit(path, blockMark.repeat(patch.values.length), 0);
        return [{ kind: 'inserted', path, items: this.#items(path, patch.values.length) }];
      case 'del':
        return this.#delete(patch, patch.length ?? 1);
      case 'splice':
        return this.#edit(path, patch.value, 0);
      case 'inc':
        return [{ kind: 'counted', path, by: patch.value, after: valueAt(this.#after, path) ?? null }];
      case 'mark':
        return patch.marks.map(({ start, end, name, value }) => {
          return { kind: 'marked', path, start, end, name, value: toJson(automerge, value) };
        });
      case 'unmark':
        return [{ kind: 'marked', path, start: patch.start, end: patch.end, name: patch.name, value: null }];
      case 'conflict':
        return [{ kind: 'conflict', path }];
    }
  }

  #put(path: Path): readonly Difference[] {
    const before = valueAt(this.#before, this.#pathBefore(path));
    const after = valueAt(this.#after, path) ?? null;
    const counter =
      typeof after === 'number' && this.#later.isCounter(path) ? { isCounter: true as const } : {};
    if (before === undefined) return [{ kind: 'added', path, after, ...counter }];
    // Written once more, or by somebody else at the same time.
    return Bun.deepEquals(before, after) ? [] : [{ kind: 'changed', path, before, after, ...counter }];
  }

  /** All marks of a new text, with the first of its pieces that has one. */
  #marksOfNew(patch: Patch, path: Path): readonly Difference[] {
    const place = this.#place(path);
    if (patch.action !== 'splice' || patch.marks === undefined || place.areMarksTold) return [];
    place.areMarksTold = true;
    return this.#later.marksOf(path).map((mark) => ({ kind: 'marked', ...mark }));
  }

  #delete(patch: Patch, length: number): readonly Difference[] {
    const { path } = patch;
    const holder = path.slice(0, -1);
    if (this.#textOn(path)) return this.#edit(path, '', length);
    const before = valueAt(this.#before, this.#pathBefore(holder)) ?? null;
    const stood = this.#stood.get(patch);
    if (stood === undefined) {
      return [{ kind: 'removed', path, before: valueAt(before, path.slice(-1)) ?? null }];
    }
    const items = isList(before) ? before.slice(stood, stood + length) : [];
    return [{ kind: 'deleted', path, items }];
  }

  /** One difference for a text: what comes after its first edit is added to that. */
  #edit(path: Path, inserted: string, deletedLength: number): readonly Difference[] {
    const holder = path.slice(0, -1);
    const index = Number(path.at(-1));
    const place = this.#place(holder);
    const [before, after] = [valueAt(this.#before, this.#pathBefore(holder)), valueAt(this.#after, holder)];
    const stood = place.shift.delete(index, deletedLength);
    const deleted = typeof before === 'string' ? before.slice(stood, stood + deletedLength) : '';
    place.shift.insert(index, inserted.length);
    const last = place.edits?.at(-1);
    if (last && last.index + last.inserted.length === index) {
      last.inserted += inserted;
      last.deleted += deleted;
      return [];
    }
    const edit = { index, inserted, deleted };
    if (place.edits) {
      place.edits.push(edit);
      return [];
    }
    const edits: TextEdit[] = (place.edits = [edit]);
    return [{ kind: 'edited', path: holder, edits, after: typeof after === 'string' ? after : '' }];
  }

  /** A block of a text changed inside, which the text as a string does not show; one difference for each of them. */
  #block(path: Path, text: Path): readonly Difference[] {
    const block = path.slice(0, text.length + 1);
    const place = this.#place(block);
    if (place.edits) return [];
    place.edits = [];
    return [{ kind: 'block', path: text, index: Number(block.at(-1)) }];
  }

  /** What one place in a text, at the end of `path`, says now. */
  #letter(path: Path): string {
    const text = valueAt(this.#after, path.slice(0, -1));
    return typeof text === 'string' ? text.charAt(Number(path.at(-1))) : '';
  }

  /** The path of the text in which `path` ends. */
  #textOn(path: Path): Path | undefined {
    let value: Json | undefined = this.#after;
    for (const [depth, step] of path.entries()) {
      if (typeof value === 'string') return path.slice(0, depth);
      value = value === undefined ? undefined : valueAt(value, [step]);
    }
    return undefined;
  }

  #items(path: Path, count: number): readonly Json[] {
    const list = valueAt(this.#after, path.slice(0, -1));
    const index = Number(path.at(-1));
    return isList(list) ? list.slice(index, index + count) : [];
  }

  /** Where what is at `path` now stood before. */
  #pathBefore(path: Path): Path {
    let place: Place | undefined = this.#root;
    return path.map((step) => {
      const before = typeof step === 'number' && place ? place.shift.before(step) : step;
      place = place?.below.get(step);
      return before;
    });
  }

  #isInNew(path: Path): boolean {
    let place: Place | undefined = this.#root;
    for (const step of path) {
      place = place.below.get(step);
      if (place === undefined) return false;
      if (place.isNew) return true;
    }
    return false;
  }

  #place(path: Path): Place {
    let place = this.#root;
    for (const step of path) {
      const below = place.below.get(step) ?? newPlace();
      place.below.set(step, below);
      place = below;
    }
    return place;
  }
}

function newPlace(): Place {
  return { below: new Map(), isNew: false, areMarksTold: false, shift: new ListShift(), edits: undefined };
}

/** Whether Automerge tells the rest of a new value in further patches. */
function isFilled(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}
