import { loadAutomerge } from '../../../src/core/automerge.ts';
import { ids, writeStock, type PlainDocument } from '../../support/plain-store.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const [first, second] = ids;
export const library = 'xyz.groundmist.library';

/** A document of a snapshot and three changes that build on one another: the same bytes each time. */
export async function grownDocument(id: PlainDocument['id']): Promise<PlainDocument> {
  const automerge = await loadAutomerge();
  let document = automerge.init<Record<string, unknown>>({ actor: 'aa'.repeat(16) });
  const edit = (key: string): void => {
    document = automerge.change(document, { time: 1_700_000_000 }, (root) => void (root[key] = key));
  };
  edit('one');
  const heads = automerge.getHeads(document);
  const chunks = [automerge.save(document)];
  for (const key of ['two', 'three', 'four']) {
    const before = automerge.getHeads(document);
    edit(key);
    chunks.push(automerge.saveSince(document, before));
  }
  return { id, chunks, heads, changedAt: 0 };
}

/** Two documents in the stock layout; a bit of the second change of one is flipped. Gives the folder of that one. */
export async function writeDamaged(dataDirectory: string): Promise<string> {
  writeStock(dataDirectory, library, await grownDocument(first));
  const document = await grownDocument(second);
  const folder = writeStock(dataDirectory, library, document);
  const name = new Bun.CryptoHasher('sha256').update(document.chunks[2] ?? '').digest('hex');
  flip(join(folder, 'incremental', name), 60);
  return folder;
}

export function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
