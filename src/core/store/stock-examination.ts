import { basename, dirname } from 'node:path';
import type { DocumentId } from './document-id.ts';
import type { LaidChunk, LaidDocument } from './laid-document.ts';
import { readChunkFile } from './nodefs/chunk-file.ts';

/** The files of a document, each read and checked against its name. */
export function layStockDocument(id: DocumentId, paths: readonly string[]): LaidDocument {
  return { id, chunks: paths.map(layFile), record: undefined };
}

function layFile(path: string): LaidChunk {
  const kind = basename(dirname(path)) === 'snapshot' ? 'snapshot' : 'incremental';
  const read = readChunkFile(path, { kind, name: basename(path) });
  const place = { sequence: undefined, path };
  switch (read.kind) {
    case 'intact':
      return { ...place, bytes: read.bytes, problem: undefined };
    case 'damaged':
      return { ...place, bytes: read.bytes, problem: read.reason };
    case 'gone':
      // Whoever reads it looks again whether the others are the same.
      throw Object.assign(new Error(`${path} is gone`), { code: 'ENOENT' });
  }
}
