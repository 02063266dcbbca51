import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore, SetAsideChunk } from '../store/document-store.ts';

type Quarantine = Pick<DocumentStore, 'setAsideChunks' | 'setAsideBytes'>;

const pageLength = 1_000;
const mostPages = 10;
/** Of one document, the newest of them; larger ones are not looked at. */
const mostChunks = 256;
const mostChunkBytes = 2 ** 20;
const mostBytes = 8 * 2 ** 20;

/** What is in quarantine of a document, the newest first, as far as that is not too much. */
export async function quarantinedChunks(id: DocumentId, store: Quarantine): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let bytesLeft = mostBytes;
  for (const { place, sizeBytes } of await newest(id, store)) {
    bytesLeft -= sizeBytes;
    if (bytesLeft < 0) break;
    const bytes = await store.setAsideBytes(place);
    if (bytes) chunks.push(bytes);
  }
  return chunks;
}

async function newest(id: DocumentId, store: Quarantine): Promise<readonly SetAsideChunk[]> {
  let found: readonly SetAsideChunk[] = [];
  let after: number | undefined;
  for (let pages = mostPages; pages > 0; pages -= 1) {
    const page = await store.setAsideChunks({ after, limit: pageLength });
    const ours = page.filter((one) => one.documentId === id && one.sizeBytes <= mostChunkBytes);
    found = [...found, ...ours].slice(-mostChunks);
    after = page.at(-1)?.place;
    if (page.length < pageLength) break;
  }
  return found.toReversed();
}
