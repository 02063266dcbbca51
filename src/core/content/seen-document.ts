import { contentAt, type DocumentContent } from './content.ts';
import { findHidden } from './hidden.ts';
import { findLinks } from './links.ts';
import { readMarks, type TextMark } from './marks.ts';
import type { Moment } from './moment.ts';
import type { OpenedDocument } from './opened-document.ts';

/** What a document says at a moment, with what its content does not show. */
export interface SeenDocument extends DocumentContent {
  readonly conflictCount: number;
  readonly linkCount: number;
  readonly marks: readonly TextMark[];
}

/** Looks at all of it, which takes longer than its content alone. */
export function seeDocument(opened: OpenedDocument, moment: Moment): SeenDocument {
  const content = contentAt(opened, moment);
  const { conflicts, markedTexts } = findHidden(opened, content.heads);
  return {
    ...content,
    conflictCount: conflicts.length,
    linkCount: findLinks(content.content).length,
    marks: readMarks(opened, content.heads, markedTexts),
  };
}
