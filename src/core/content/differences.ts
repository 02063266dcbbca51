import type { Heads } from '../store/document-store.ts';
import { Comparison, type Later } from './comparison.ts';
import { toJson, type Json } from './json.ts';
import { marksOfText } from './marks.ts';
import type { Automerge, OpenedDocument, Root } from './opened-document.ts';
import { jsonPointer, valueAt, type Path } from './path.ts';

/** One difference between two states of a document. Paths are those of the later state, and so is what is a counter. */
export type Difference =
  | { readonly kind: 'added'; readonly path: Path; readonly after: Json; readonly isCounter?: true }
  | { readonly kind: 'removed'; readonly path: Path; readonly before: Json }
  | {
      readonly kind: 'changed';
      readonly path: Path;
      readonly before: Json;
      readonly after: Json;
      readonly isCounter?: true;
    }
  /** A counter was moved by so much. */
  | { readonly kind: 'counted'; readonly path: Path; readonly by: number; readonly after: Json }
  /** Items that stand in a list now, the first of them at this path. */
  | { readonly kind: 'inserted'; readonly path: Path; readonly items: readonly Json[] }
  /** Items that stood before what stands at this path now, or at the end. */
  | { readonly kind: 'deleted'; readonly path: Path; readonly items: readonly Json[] }
  /** The edits stand in the order of the text. */
  | {
      readonly kind: 'edited';
      readonly path: Path;
      readonly edits: readonly TextEdit[];
      readonly after: string;
    }
  /** A text was formatted, or is no longer where `value` is null. */
  | {
      readonly kind: 'marked';
      readonly path: Path;
      readonly start: number;
      readonly end: number;
      readonly name: string;
      readonly value: Json;
    }
  /** A block of a rich text, of which the content shows the place alone, says something else. */
  | { readonly kind: 'block'; readonly path: Path; readonly index: number }
  /** Several wrote here at once, and the same one of them as before wins. */
  | { readonly kind: 'conflict'; readonly path: Path };

/** A piece of a text that others took the place of. */
export interface TextEdit {
  /** Where in the later text, in UTF-16 code units. */
  readonly index: number;
  readonly inserted: string;
  readonly deleted: string;
}

export interface Differences {
  readonly before: Json;
  readonly after: Json;
  /** In the order in which they are to be made: a list from its start to its end. */
  readonly differences: readonly Difference[];
}

/**
 * What became different between two states, which need not follow from each other. It is taken from Automerge and
 * not from the two as JSON: Automerge knows which item of a list and which letter of a text is still the same one, in
 * time that grows with the document and not with its square. What it says of a list or text goes from its start to
 * its end, and what it says of an object comes after what it says of those around it, so that its paths are those of
 * the later state; test/core/content/differences.test.ts holds it to that.
 */
export function findDifferences(opened: OpenedDocument, from: Heads, to: Heads): Differences {
  const [rootBefore, rootAfter] = [opened.at(from), opened.at(to)];
  return opened.ask((parts) => {
    const { automerge, document } = parts;
    const before = toJson(automerge, rootBefore);
    const after = toJson(automerge, rootAfter);
    const later: Later = {
      isCounter: (path) => isCounterAt(automerge, rootAfter, path),
      marksOf: (path) => marksOfText(parts, rootAfter, to, path),
    };
    const comparison = new Comparison(before, after, later);
    const patches = automerge.diff(document, [...from], [...to]);
    for (const patch of patches) comparison.prepare(patch);
    const differences = patches.flatMap((patch) => comparison.read(automerge, patch));
    return { before, after, differences: withoutSame(differences, before, after) };
  });
}

/**
 * Letters and items that were written once more are others to Automerge though they read the same. What stands under a key and
 * reads as before is not different, but for its formatting.
 */
function withoutSame(differences: readonly Difference[], before: Json, after: Json): readonly Difference[] {
  const known = new Map<string, boolean>();
  const isSame = (keys: Path): boolean => {
    const name = jsonPointer(keys);
    const [one, other] = [valueAt(before, keys), valueAt(after, keys)];
    const same = known.get(name) ?? (one !== undefined && Bun.deepEquals(one, other));
    known.set(name, same);
    return same;
  };
  return differences.filter(({ kind, path }) => {
    if (kind === 'marked' || kind === 'block' || kind === 'conflict') return true;
    const end = path.findIndex((step) => typeof step === 'number');
    const keys = end === -1 ? path : path.slice(0, end);
    return !keys.some((_, index) => isSame(keys.slice(0, index + 1)));
  });
}

/** The path holds in `root`. */
function isCounterAt(automerge: Automerge, root: Root, path: Path): boolean {
  let value: unknown = root;
  for (const step of path) value = (value as Record<string | number, unknown>)[step];
  return automerge.isCounter(value);
}
