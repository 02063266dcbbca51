import type { BenchDocument } from '../corpus/documents.ts';
import type { Peer } from './peer.ts';
import { pipelined } from './pipelined.ts';
import { decodeSync, emptyMessage, encodeSync } from './sync-codec.ts';
import { usualWidth } from './upload.ts';

/** Asks for documents as a client does that has nothing, and acknowledges each; how many the server lacks. */
export async function fetchDocuments(
  peer: Peer,
  documents: readonly Pick<BenchDocument, 'id' | 'head'>[],
  width = usualWidth,
): Promise<number> {
  let missing = 0;
  await pipelined(peer, documents, {
    width,
    async work(document) {
      if (!(await fetchOne(peer, document))) missing += 1;
    },
  });
  return missing;
}

function fetchOne(peer: Peer, { id, head }: Pick<BenchDocument, 'id' | 'head'>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  peer.listen(id, ({ type, data }) => {
    if (type === 'doc-unavailable') resolve(false);
    if (type !== 'sync') return;
    const { heads, changes } = decodeSync(data);
    if (changes.length === 0) return;
    peer.send('sync', id, encodeSync({ heads, lastSync: heads, changes: [] }));
    peer.ignore(id);
    resolve(heads.includes(head));
  });
  peer.send('request', id, emptyMessage);
  return promise;
}
