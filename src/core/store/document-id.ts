import base58check from 'bs58check';

declare const documentIdBrand: unique symbol;

/** An Automerge document id: base58check of the sixteen bytes of a UUID, as automerge-repo writes it. */
export type DocumentId = string & { readonly [documentIdBrand]: true };

const uuidBytes = 16;
const longestId = 32;
const mostRemembered = 10_000;
const remembered = new Set<string>();
const urlPrefix = 'automerge:';

/** Its checksum is two SHA-256: ids that were just seen to be right are remembered, for there is one in each frame. */
export function isDocumentId(text: string): text is DocumentId {
  if (remembered.has(text)) return true;
  if (text.length > longestId || base58check.decodeUnsafe(text)?.length !== uuidBytes) return false;
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.add(text);
  return true;
}

/** The document id of an id or an `automerge:` URL (without heads), or undefined where it is neither. */
export function parseDocumentId(text: string): DocumentId | undefined {
  const id = text.startsWith(urlPrefix) ? text.slice(urlPrefix.length) : text;
  return isDocumentId(id) ? id : undefined;
}

/** The `automerge:` URL of a document. */
export function documentUrl(id: DocumentId): string {
  return urlPrefix + id;
}
