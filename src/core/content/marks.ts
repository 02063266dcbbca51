import type { Heads } from '../store/document-store.ts';
import { holderOf } from './hidden.ts';
import { toJson, type Json } from './json.ts';
import type { OpenedDocument, Parts } from './opened-document.ts';
import type { Path } from './path.ts';

/** Formatting of a part of a text. */
export interface TextMark {
  /** Of the text. */
  readonly path: Path;
  /** In UTF-16 code units, the end not included. */
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly value: Json;
}

/** The marks of the texts at these paths, as `findHidden` found them. */
export function readMarks(opened: OpenedDocument, heads: Heads, texts: readonly Path[]): readonly TextMark[] {
  const root = opened.at(heads);
  return opened.ask((parts) => texts.flatMap((path) => marksOfText(parts, root, heads, path)));
}

/** The marks of the text at `path` of `root`, which is the state at `heads`. */
export function marksOfText(parts: Parts, root: object, heads: Heads, path: Path): readonly TextMark[] {
  const { automerge, backend } = parts;
  const { id, key } = holderOf(parts, root, path);
  const [, text] = backend.getAll(id, key, [...heads]).at(-1) ?? [];
  return backend.marks(String(text), [...heads]).map(({ start, end, name, value }) => {
    return { path, start, end, name, value: toJson(automerge, value) };
  });
}
