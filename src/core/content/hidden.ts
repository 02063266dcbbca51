import type { Heads } from '../store/document-store.ts';
import type { OpenedDocument, Parts } from './opened-document.ts';
import type { Path } from './path.ts';

/** What a document holds and its plain content does not show: where it is. */
export interface Hidden {
  /** Where several wrote at once, so that one of their values wins. */
  readonly conflicts: readonly Path[];
  /** Texts with formatting. */
  readonly markedTexts: readonly Path[];
}

interface Search extends Parts {
  readonly heads: string[];
  readonly conflicts: Path[];
  readonly markedTexts: Path[];
}

/** Automerge looks up an index the slower the longer the list is. */
const longList = 500;

/**
 * Finds the conflicts and the marked texts of a state. Maps and lists are asked key by key, for that passes over a long
 * text at no cost; a long list is asked as one, with all that is in it.
 */
export function findHidden(opened: OpenedDocument, heads: Heads): Hidden {
  const root = opened.at(heads);
  return opened.ask((parts) => {
    const search: Search = { ...parts, heads: [...heads], conflicts: [], markedTexts: [] };
    searchHolder(search, root, []);
    return { conflicts: search.conflicts, markedTexts: search.markedTexts };
  });
}

/** The object that holds the value at `path`, and the key of the value in it. */
export function holderOf(
  { automerge }: Parts,
  root: object,
  path: Path,
): { readonly id: string; readonly key: string | number } {
  let holder: unknown = root;
  for (const step of path.slice(0, -1)) holder = (holder as Record<string | number, unknown>)[step];
  const [id, key] = [automerge.getObjectId(holder), path.at(-1)];
  if (id === null || key === undefined) throw new RangeError(`nothing stands at ${JSON.stringify(path)}`);
  return { id, key };
}

function searchHolder(search: Search, holder: object, path: Path): void {
  if (Array.isArray(holder) && holder.length > longList) return searchLongList(search, holder);
  const { automerge, backend, heads } = search;
  const id = automerge.getObjectId(holder) ?? '';
  const keys = Array.isArray(holder) ? holder.keys() : Object.keys(holder);
  for (const key of keys) {
    const below = [...path, key];
    const values = backend.getAll(id, key, heads);
    if (values.length > 1) search.conflicts.push(below);
    const [kind, object] = values.at(-1) ?? [];
    if (kind === 'map' || kind === 'list' || kind === 'table') {
      const value = (holder as Readonly<Record<string | number, object>>)[key];
      if (value) searchHolder(search, value, below);
    } else if (kind === 'text' && backend.marks(object, heads).length > 0) search.markedTexts.push(below);
  }
}

/** How Automerge would make the list of nothing says what is in conflict and what is marked, at every depth. */
function searchLongList({ automerge, backend, heads, conflicts, markedTexts }: Search, list: object): void {
  let marked: Path | undefined;
  for (const patch of backend.diffPath(automerge.getObjectId(list) ?? '', [], heads, { recursive: true })) {
    const isConflict = patch.action === 'conflict' || (patch.action === 'put' && patch.conflict);
    if (isConflict) conflicts.push(patch.path);
    else if (patch.action === 'insert') addConflicts(patch.path, patch.conflicts, conflicts);
    else if (patch.action === 'mark' || (patch.action === 'splice' && patch.marks)) {
      const text = patch.action === 'mark' ? patch.path : patch.path.slice(0, -1);
      if (text.join('\0') !== marked?.join('\0')) markedTexts.push((marked = text));
    }
  }
}

function addConflicts(path: Path, flags: readonly boolean[] | undefined, conflicts: Path[]): void {
  const first = Number(path.at(-1));
  for (const [offset, isConflict] of (flags ?? []).entries()) {
    if (isConflict) conflicts.push([...path.slice(0, -1), first + offset]);
  }
}
