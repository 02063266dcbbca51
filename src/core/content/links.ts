import { parseDocumentId, type DocumentId } from '../store/document-id.ts';
import { isList, type Json } from './json.ts';

/** A string in a document that leads to another. */
export interface Link {
  /** Where it stands: keys of maps, indices of lists. */
  readonly path: readonly (string | number)[];
  /** As it is written, with heads where it has some. */
  readonly url: string;
  readonly id: DocumentId;
}

/** How automerge-repo writes a link, and one to a moment of the past: its heads follow, in base58check. */
const linkForm = /^(automerge:[1-9A-HJ-NP-Za-km-z]+)(?:#[1-9A-HJ-NP-Za-km-z|]*)?$/;
const urlPrefix = 'automerge:';
/** An id, and so many heads as a link may have: a long text is not searched. */
const longestUrl = 16 * 1024;

/** The links in `content`, in its order: strings that are an `automerge:` URL as a whole and pass its checksum. */
export function findLinks(content: Json): readonly Link[] {
  const links: Link[] = [];
  collect(content, [], links);
  return links;
}

function collect(value: Json, path: (string | number)[], links: Link[]): void {
  if (typeof value === 'string') {
    const id = linkedDocument(value);
    if (id !== undefined) links.push({ path: [...path], url: value, id });
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const entries = isList(value) ? value.entries() : Object.entries(value);
  for (const [key, item] of entries) {
    path.push(key);
    collect(item, path, links);
    path.pop();
  }
}

function linkedDocument(text: string): DocumentId | undefined {
  if (!text.startsWith(urlPrefix) || text.length > longestUrl) return undefined;
  const url = linkForm.exec(text)?.[1];
  return url === undefined ? undefined : parseDocumentId(url);
}
