import base58 from 'bs58';

declare const documentIdBrand: unique symbol;

/** An Automerge document id: base58check of the sixteen bytes of a UUID, as automerge-repo writes it. */
export type DocumentId = string & { readonly [documentIdBrand]: true };

const uuidBytes = 16;
const checksumBytes = 4;
const longestId = 32;
const mostRemembered = 10_000;
const remembered = new Set<string>();
const urlPrefix = 'automerge:';

/** Ids that were just seen to be right are remembered, for there is one in each frame. */
export function isDocumentId(text: string): text is DocumentId {
  if (remembered.has(text)) return true;
  if (text.length > longestId || !isChecked(base58.decodeUnsafe(text))) return false;
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

/**
 * Base58check ends with the first bytes of a SHA-256 of the SHA-256. Done with Bun's own: the library for it hashes in
 * JavaScript, which cost as much as all else that a frame needs.
 */
function isChecked(bytes: Uint8Array | undefined): boolean {
  if (bytes?.length !== uuidBytes + checksumBytes) return false;
  const hash = Bun.SHA256.hash(Bun.SHA256.hash(bytes.subarray(0, uuidBytes)));
  for (let at = 0; at < checksumBytes; at += 1) {
    if (bytes[uuidBytes + at] !== hash[at]) return false;
  }
  return true;
}
