import * as Automerge from '@automerge/automerge';
import { openDocument, type OpenedDocument } from '../../src/core/content/opened-document.ts';

/** The document as it would be read from a store. */
export function openedFrom(document: Automerge.Doc<unknown>): Promise<OpenedDocument> {
  return openDocument({ chunks: [Automerge.save(document)], heads: undefined });
}
