import type { loadAutomerge, Doc } from '../automerge.ts';
import { Failure } from '../failure.ts';
import type { Heads } from '../store/document-store.ts';
import { bringBackMarks } from './bring-back-marks.ts';
import { neededPatches, sizeOf, type Patch } from './needed-patches.ts';
import {
  isScalar,
  objectAt,
  textsIn,
  valueIn,
  type FoundObject,
  type Handle,
  type Path,
  type TypedValue,
} from './typed-value.ts';

type Automerge = Awaited<ReturnType<typeof loadAutomerge>>;

/** A change that gives a document an earlier state again. */
export interface BroughtBack {
  /** One Automerge change chunk. */
  readonly change: Uint8Array;
  readonly hash: string;
}

export interface BringBackOptions {
  /** The heads of the state to come back. */
  readonly moment: Heads;
  /** Of the change; Unix time in seconds. */
  readonly time: number;
  readonly message: string;
  /** So many letters and items may come and go. */
  readonly mostWritten: number;
}

/**
 * One new change on top of all of `document` after which it reads as it did at `moment`; undefined where it does already.
 * Only what differs is written, at the places that Automerge's own diff names, so that edits which somebody makes meanwhile
 * merge as with any other edit. The change is in `document` afterwards. `Internal` where the result would not be that state.
 */
export function bringBack(
  automerge: Automerge,
  document: Doc<unknown>,
  { moment, time, message, mostWritten }: BringBackOptions,
): BroughtBack | undefined {
  const handle: Handle = automerge.getBackend(document);
  const wanted: Wanted = { handle, moment: [...moment], blocks: new Map() };
  if (readsAs(handle, wanted.moment)) return undefined;
  const patches = automerge.diff(document, handle.getHeads(), wanted.moment);
  const needed = neededPatches(handle, patches, wanted.moment);
  if (sizeOf(needed) > mostWritten) throw tooMuch(mostWritten);
  for (const patch of needed) apply(wanted, patch);
  bringBackMarks(handle, wanted.moment);
  const hash = handle.commit(message, time);
  if (!readsAs(handle, wanted.moment)) {
    throw new Failure('Internal', 'What was written would not be the earlier state; nothing was changed.');
  }
  const change = handle.getLastLocalChange();
  return hash === null || change === null ? undefined : { change, hash };
}

type Span = ReturnType<Handle['spans']>[number];
type Block = Extract<Span, { readonly type: 'block' }>['value'];

function tooMuch(most: number): Failure {
  return new Failure(
    'PayloadTooLarge',
    `Too much has changed since: to bring this state back, more than ${most.toLocaleString('en-US')} letters and items would have to be written, which is more than the document may still grow by. Choose a later moment.`,
  );
}

interface Wanted {
  readonly handle: Handle;
  readonly moment: string[];
  /** The blocks that a text had, by its id. */
  readonly blocks: Map<string, ReadonlyMap<number, Block>>;
}

/** A patch whose path leads into a block of a rich text brings that block back as a whole. */
function apply(wanted: Wanted, patch: Patch): void {
  const { handle } = wanted;
  for (let depth = patch.path.length - 1; depth >= 0; depth -= 1) {
    const parent = objectAt(handle, patch.path.slice(0, depth));
    const prop = patch.path[depth];
    if (parent === undefined || prop === undefined) continue;
    if (depth < patch.path.length - 1) restoreBlock(wanted, parent, patch.path.slice(0, depth + 1));
    else if (parent.kind === 'text') editText(wanted, parent, patch);
    else edit(wanted, { ...parent, prop }, patch);
    return;
  }
}

/** Where a value stands: an object, and its key or index in it. */
type Place = FoundObject & { readonly prop: string | number };

/**
 * Patches come outside in and front to back, so the path of what is put or inserted is also its path at the moment, where its
 * datatype is read.
 */
function edit(wanted: Wanted, place: Place, patch: Patch): void {
  const { handle } = wanted;
  switch (patch.action) {
    case 'put':
      put(handle, place, valueAt(wanted, patch.path));
      return;
    case 'insert':
      for (let nth = 0; nth < patch.values.length; nth += 1) {
        const index = Number(place.prop) + nth;
        insert(handle, { ...place, prop: index }, valueAt(wanted, [...patch.path.slice(0, -1), index]));
      }
      return;
    case 'del':
      for (let nth = patch.length ?? 1; nth > 0; nth -= 1) handle.delete(place.id, place.prop);
      return;
    case 'inc':
      handle.increment(place.id, place.prop, patch.value);
      return;
    case 'conflict': // One that was settled stays settled.
    case 'mark': // They are brought back at the end.
    case 'unmark':
    case 'splice': // Of texts alone.
      return;
  }
}

function editText(wanted: Wanted, text: FoundObject, patch: Patch): void {
  const { handle } = wanted;
  const index = Number(patch.path.at(-1));
  if (patch.action === 'splice') handle.splice(text.id, index, 0, patch.value);
  else if (patch.action === 'del') handle.splice(text.id, index, patch.length ?? 1, '');
  else if (patch.action === 'insert') {
    for (let nth = 0; nth < patch.values.length; nth += 1) {
      const block = blockAt(wanted, patch.path.slice(0, -1), index + nth);
      if (block) handle.splitBlock(text.id, index + nth, block);
    }
  }
}

function restoreBlock(wanted: Wanted, text: FoundObject, path: Path): void {
  const index = Number(path.at(-1));
  const block = blockAt(wanted, path.slice(0, -1), index);
  if (block && !Bun.deepEquals(block, wanted.handle.getBlock(text.id, index))) {
    wanted.handle.updateBlock(text.id, index, block);
  }
}

/** Out of the spans: Automerge's `getBlock` does not look into the past. */
function blockAt({ handle, moment, blocks }: Wanted, path: Path, index: number): Block | undefined {
  const text = objectAt(handle, path, moment);
  if (text === undefined) return undefined;
  const known = blocks.get(text.id) ?? blocksOf(handle.spans(text.id, moment));
  blocks.set(text.id, known);
  return known.get(index);
}

/** By the index where each stands, in UTF-16 units. */
function blocksOf(spans: readonly Span[]): ReadonlyMap<number, Block> {
  const blocks = new Map<number, Block>();
  let index = 0;
  for (const span of spans) {
    if (span.type === 'block') blocks.set(index, span.value);
    index += span.type === 'block' ? 1 : span.value.length;
  }
  return blocks;
}

function valueAt({ handle, moment }: Wanted, path: Path): TypedValue {
  const parent = objectAt(handle, path.slice(0, -1), moment);
  const prop = path.at(-1);
  const value = parent && prop !== undefined ? valueIn(handle, parent, prop, moment) : undefined;
  if (value === undefined) throw new Failure('Internal', `Nothing was at ${JSON.stringify(path)}.`);
  return value;
}

function put(handle: Handle, { id, prop }: Place, value: TypedValue): void {
  if (isScalar(value)) handle.put(id, prop, value[1], value[0]);
  else handle.putObject(id, prop, emptyOf(value));
}

function insert(handle: Handle, { id, prop }: Place, value: TypedValue): void {
  if (isScalar(value)) handle.insert(id, Number(prop), value[1], value[0]);
  else handle.insertObject(id, Number(prop), emptyOf(value));
}

function emptyOf([kind]: TypedValue): string | [] | Record<string, never> {
  return kind === 'text' ? '' : kind === 'list' ? [] : {};
}

/** Whether the document says now what it said at the moment, rich text included. */
function readsAs(handle: Handle, moment: string[]): boolean {
  if (!Bun.deepEquals(handle.materialize('_root'), handle.materialize('_root', moment))) return false;
  for (const { path, text } of textsIn(handle, moment)) {
    const now = objectAt(handle, path);
    if (!now || !Bun.deepEquals(handle.spans(now.id), handle.spans(text.id, moment))) return false;
  }
  return true;
}
