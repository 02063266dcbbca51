import type { Heads } from '../store/document-store.ts';
import { holderOf } from './hidden.ts';
import { toJson, type Json } from './json.ts';
import type { OpenedDocument } from './opened-document.ts';
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
  return opened.ask((parts) =>
    texts.flatMap((path) => {
      const { id, key } = holderOf(parts, root, path);
      const [, text] = parts.backend.getAll(id, key, [...heads]).at(-1) ?? [];
      const marks = parts.backend.marks(String(text), [...heads]);
      return marks.map(({ start, end, name, value }) => {
        return { path, start, end, name, value: toJson(parts.automerge, value) };
      });
    }),
  );
}
