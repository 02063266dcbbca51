import { CutOffError } from '../format/byte-cursor.ts';
import { readChange } from '../format/change.ts';
import { documentType, readChunks } from '../format/chunk.ts';
import { readDocument, type DocumentChunk } from '../format/document.ts';
import type { ChangeGraph } from '../graph/change-graph.ts';
import { OperationIndex } from '../graph/operation-index.ts';
import type { StoredDocument } from '../store/document-store.ts';

/** What is stored was measured when it came, or comes from the owner's own disk. */
const anyBudget = { inflatedBytes: 2 ** 31, operations: 2 ** 31 };

export interface IndexSource {
  /** What is stored, oldest first. */
  load(): Promise<StoredDocument | undefined>;
  /** Runs of operations that are kept. */
  readonly limit: number;
}

/**
 * The operations of all changes in a graph: of those inside document chunks, which are loaded, and of the others, whose
 * chunks it has. It knows nothing where some of them cannot be read.
 */
export async function indexOperations(
  graph: ChangeGraph,
  { load, limit }: IndexSource,
): Promise<OperationIndex> {
  const index = new OperationIndex(limit);
  const loose: Uint8Array[] = [];
  for (let change = 0; change < graph.size; change += 1) loose.push(graph.bytesAt(change) ?? noBytes);
  const inside = loose.filter((bytes) => bytes === noBytes).length;
  if (inside > 0 && !addDocuments(index, documentsIn(await load()), inside)) index.giveUp();
  for (const bytes of loose) {
    if (!index.isComplete) break;
    if (bytes !== noBytes && !addChange(index, bytes)) index.giveUp();
  }
  return index;
}

const noBytes = new Uint8Array();

function addDocuments(index: OperationIndex, documents: readonly DocumentChunk[], inside: number): boolean {
  if (documents.reduce((sum, { changeCount }) => sum + changeCount, 0) < inside) return false;
  try {
    index.addDocuments(documents);
    return true;
  } catch (error) {
    if (error instanceof CutOffError) return false;
    throw error;
  }
}

function addChange(index: OperationIndex, bytes: Uint8Array): boolean {
  for (const chunk of readChunks(bytes) ?? []) {
    const change = readChange(chunk, anyBudget);
    if (typeof change === 'string') return false;
    index.add(change);
  }
  return true;
}

function documentsIn(stored: StoredDocument | undefined): readonly DocumentChunk[] {
  const found: DocumentChunk[] = [];
  for (const { bytes } of stored?.chunks ?? []) {
    const [first, ...others] = readChunks(bytes) ?? [];
    if (first?.type !== documentType || others.length > 0) continue;
    const document = readDocument(first, anyBudget);
    if (typeof document === 'object') found.push(document);
  }
  return found;
}
