import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock, writeStore, type PlainDocument } from '../../support/plain-store.ts';

export const library = 'xyz.groundmist.library';
export const essay = 'xyz.groundmist.notebook.essay';
export const [first, second, third, fourth] = ids;
export const entry = { $type: 'xyz.groundmist.library.entry', title: 'One' };
export const time = '2025-11-21T05:41:07.089Z';

/** Two documents in one namespace, one in another that is its neighbour, one elsewhere. */
export async function filled(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  writeStore(folder.path, library, [
    await makeDocument(first, entry),
    await makeDocument(second, { items: ['automerge:x'] }),
  ]);
  writeStore(folder.path, essay, [await makeDocument(third, { $type: `${essay}.entry` })]);
  writeStock(folder.path, 'com.whtwnd.blog', await makeDocument(fourth, { $type: 'com.whtwnd.blog.entry' }));
  return folder;
}

export async function damaged(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  writeStore(folder.path, library, [
    await makeDocument(first, entry),
    spoil(await makeDocument(second, entry)),
    await makeDocument(third, entry),
  ]);
  mkdirSync(join(folder.path, 'com/example'), { recursive: true });
  writeFileSync(join(folder.path, 'com/example/documents.sqlite'), 'no database'.repeat(400));
  return folder;
}

function spoil(document: PlainDocument): PlainDocument {
  return { ...document, chunks: document.chunks.map((chunk) => chunk.subarray(0, -1)) };
}

export function idsOf(output: string): readonly unknown[] {
  const { documents } = JSON.parse(output) as { documents: readonly { id: unknown }[] };
  return documents.map(({ id }) => id);
}
