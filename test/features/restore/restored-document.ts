import * as Automerge from '@automerge/automerge';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { parseDocumentId, type DocumentId } from '../../../src/core/store/document-id.ts';
import { Stores, type StoreBackend } from '../../../src/core/store/stores.ts';
import { TestClock } from '../../support/clock.ts';
import { sharedFence } from '../../support/fence.ts';

export const namespace = parseNamespace('xyz.groundmist.library');
export const id = parsed('2oMvtLWLY3dGa7j5cUb34gSfDqVw');

/** Three changes of one actor at fixed times, so that hashes are the same each time. */
export function history(): { readonly saved: Uint8Array; readonly heads: readonly string[][] } {
  const heads: string[][] = [];
  let doc = Automerge.init<Record<string, unknown>>({ actor: 'aa'.repeat(16) });
  const edits: ((draft: Record<string, unknown>) => void)[] = [
    (draft) => Object.assign(draft, { title: 'A title', pages: 12 }),
    (draft) => void (draft['title'] = 'Another title'),
    (draft) => void delete draft['pages'],
  ];
  for (const [index, edit] of edits.entries()) {
    doc = Automerge.change(doc, { time: Date.UTC(2025, 10, 21 + index) / 1000 }, edit);
    heads.push(Automerge.getHeads(doc));
  }
  return { saved: Automerge.save(doc), heads };
}

/** Stores it in a data directory that no server runs on. */
export async function store(dataDirectory: string, backend: StoreBackend = 'sqlite'): Promise<string[][]> {
  const { saved, heads } = history();
  const stores = new Stores({ dataDirectory, backend, clock: new TestClock(), fence: sharedFence() });
  const documents = await stores.open(namespace);
  await documents.append(id, { chunks: [saved], heads: heads.at(-1) ?? [] });
  await stores.close();
  return heads.map((one) => [...one]);
}

function parsed(text: string): DocumentId {
  const found = parseDocumentId(text);
  if (found === undefined) throw new Error(`${text} is no document id`);
  return found;
}
