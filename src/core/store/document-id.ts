import base58check from 'bs58check';

declare const documentIdBrand: unique symbol;

/** An Automerge document id: base58check of the sixteen bytes of a UUID, as automerge-repo writes it. */
export type DocumentId = string & { readonly [documentIdBrand]: true };

const uuidBytes = 16;
const longestId = 32;
const urlPrefix = 'automerge:';

export function isDocumentId(text: string): text is DocumentId {
  return text.length <= longestId && base58check.decodeUnsafe(text)?.length === uuidBytes;
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
