import type { loadAutomerge } from '../automerge.ts';
import { objectAt, textsIn, valueIn, type FoundObject, type Handle, type Path } from './typed-value.ts';

export type Patch = ReturnType<Awaited<ReturnType<typeof loadAutomerge>>['diff']>[number];

/**
 * The patches that are needed to come from what a document says now to what it said at `moment`. Automerge compares letters and
 * items by who wrote them: what was written once more, as by bringing a state back, is another one to it though it reads the
 * same. What reads the same stays, and of a text no more is written than lies between what is the same at both its ends.
 */
export function neededPatches(handle: Handle, patches: readonly Patch[], moment: string[]): readonly Patch[] {
  const puts = new Set(patches.flatMap(({ action, path }) => (action === 'put' ? [nameOf(path)] : [])));
  const comparison: Comparison = { puts, settled: new Map(), moment };
  const needed = patches.filter((patch) => !reachesSettled(handle, patch.path, comparison));
  const rewritten = new Map<string, readonly Patch[]>();
  for (const { path, patches: group } of byObject(needed)) {
    // A text inside of what is made anew is made anew with it.
    const isInNew = path.some((_, index) => index > 0 && puts.has(nameOf(path.slice(0, index))));
    if (isInNew || !group.every(isPlainEdit)) continue;
    const edits = editsBetween(handle, path, moment);
    if (edits && sizeOf(edits) < sizeOf(group)) rewritten.set(nameOf(path), edits);
  }
  const isElsewhere = ({ path }: Patch): boolean =>
    !rewritten.has(nameOf(path)) && !rewritten.has(nameOf(path.slice(0, -1)));
  return [...needed.filter(isElsewhere), ...[...rewritten.values()].flat()];
}

function nameOf(path: Path): string {
  return JSON.stringify(path);
}

interface Comparison {
  /** The paths where something new is put. */
  readonly puts: ReadonlySet<string>;
  readonly settled: Map<string, boolean>;
  readonly moment: string[];
}

/**
 * Whether what stands at the path, or around it, reads as it did, and nothing further around is made anew. Indices of lists may
 * mean another item now than then.
 */
function reachesSettled(handle: Handle, path: Path, { puts, settled, moment }: Comparison): boolean {
  const end = path.findIndex((step) => typeof step === 'number');
  const keys = end === -1 ? path : path.slice(0, end);
  for (let depth = 1; depth <= keys.length; depth += 1) {
    const prefix = keys.slice(0, depth);
    const name = nameOf(prefix);
    const isSettled = settled.get(name) ?? readsTheSame(handle, prefix, moment);
    settled.set(name, isSettled);
    if (isSettled) return true;
    if (puts.has(name)) return false;
  }
  return false;
}

function readsTheSame(handle: Handle, path: Path, moment: string[]): boolean {
  const [now, then] = [objectAt(handle, path), objectAt(handle, path, moment)];
  if (now && then) return sameObject(handle, now, then, moment);
  return !now && !then && Bun.deepEquals(scalarAt(handle, path), scalarAt(handle, path, moment));
}

function scalarAt(handle: Handle, path: Path, heads?: string[]): unknown {
  const holder = objectAt(handle, path.slice(0, -1), heads);
  const key = path.at(-1);
  return holder && key !== undefined ? valueIn(handle, holder, key, heads) : undefined;
}

/** With its blocks; marks are compared, and brought back, by themselves. */
function sameObject(handle: Handle, now: FoundObject, then: FoundObject, moment: string[]): boolean {
  if (now.kind !== then.kind) return false;
  if (!Bun.deepEquals(handle.materialize(now.id), handle.materialize(then.id, moment))) return false;
  for (const { path, text } of textsIn(handle, moment, then)) {
    const other = objectAt(handle, path, undefined, now);
    if (!other || !Bun.deepEquals(blocksIn(handle, other), blocksIn(handle, text, moment))) return false;
  }
  return true;
}

function blocksIn(handle: Handle, { id }: FoundObject, heads?: string[]): readonly unknown[] {
  return handle.spans(id, heads).flatMap((span) => (span.type === 'block' ? [span.value] : []));
}

interface Group {
  /** Of the object that is edited. */
  readonly path: Path;
  readonly patches: Patch[];
}

/** The edits of one object together, as they follow each other. */
function byObject(patches: readonly Patch[]): readonly Group[] {
  const groups: Group[] = [];
  let name = '';
  for (const patch of patches) {
    const path = patch.path.slice(0, -1);
    const nextName = nameOf(path);
    if (nextName === name) groups.at(-1)?.patches.push(patch);
    else groups.push({ path, patches: [patch] });
    name = nextName;
  }
  return groups;
}

function isPlainEdit({ action, path }: Patch): boolean {
  const isOfKeys = path.slice(0, -1).every((step) => typeof step === 'string');
  return (action === 'splice' || action === 'del') && isOfKeys && typeof path.at(-1) === 'number';
}

/** One piece taken out and one put in; undefined where it is no text, then or now, or has blocks. */
function editsBetween(handle: Handle, path: Path, moment: string[]): Patch[] | undefined {
  const [now, then] = [objectAt(handle, path), objectAt(handle, path, moment)];
  if (now?.kind !== 'text' || then?.kind !== 'text') return undefined;
  if (blocksIn(handle, now).length + blocksIn(handle, then, moment).length > 0) return undefined;
  const [before, after] = [handle.text(now.id), handle.text(then.id, moment)];
  const start = sameAtStart(before, after);
  const [restBefore, restAfter] = [before.slice(start), after.slice(start)];
  const end = sameAtEnd(restBefore, restAfter);
  const place = [...path, start];
  const removed = restBefore.length - end;
  const added = restAfter.slice(0, restAfter.length - end);
  return [
    ...(removed > 0 ? [{ action: 'del', path: place, length: removed } as const] : []),
    ...(added === '' ? [] : [{ action: 'splice', path: place, value: added } as const]),
  ];
}

/** How many UTF-16 units; a pair of surrogates is not taken apart. */
function sameAtStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return /[\uD800-\uDBFF]/.test(one[length - 1] ?? '') ? length - 1 : length;
}

function sameAtEnd(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[one.length - 1 - length] === other[other.length - 1 - length]) length += 1;
  return /[\uDC00-\uDFFF]/.test(one[one.length - length] ?? '') ? length - 1 : length;
}

/** How many letters and items come and go. */
export function sizeOf(patches: readonly Patch[]): number {
  return patches.reduce((sum, patch) => sum + lettersOf(patch), 0);
}

function lettersOf(patch: Patch): number {
  if (patch.action === 'splice') return patch.value.length;
  if (patch.action === 'del') return patch.length ?? 1;
  return patch.action === 'insert' ? patch.values.length : 1;
}
