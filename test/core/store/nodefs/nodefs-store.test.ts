import { Database } from 'bun:sqlite';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentId } from '../../../../src/core/store/document-id.ts';
import { nodefsPlaces, openNodefs } from '../../../support/nodefs.ts';
import { describeDocumentStore } from '../document-store.contract.ts';
import type { Backend } from '../store-under-test.ts';
import { describeVouching } from '../vouching.contract.ts';

function chunkPath(directory: string, id: DocumentId, which: 'oldest' | 'newest'): string {
  const { base, index } = nodefsPlaces(directory);
  using database = new Database(index, { readonly: true });
  const found = database
    .query<{ kind: string; name: string }, [string]>(
      `SELECT kind, name FROM chunk WHERE document_id = ?
       ORDER BY sequence ${which === 'oldest' ? 'ASC' : 'DESC'} LIMIT 1`,
    )
    .get(id);
  if (found === null) throw new Error(`${id} has no chunks`);
  return join(base, id.slice(0, 2), id.slice(2), found.kind, found.name);
}

const backend: Backend = {
  name: 'nodefs',
  open: (directory, now) => openNodefs(directory, { now }),
  damage: async (directory, id) => {
    const path = chunkPath(directory, id, 'newest');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1));
  },
  lose: async (directory, id) => rmSync(chunkPath(directory, id, 'oldest')),
  endlessWriter: join(import.meta.dirname, 'endless-nodefs-writer.ts'),
};

describeDocumentStore(backend);
describeVouching(backend);
