import type { BenchDocument } from '../corpus/documents.ts';
import type { Peer } from './peer.ts';
import { pipelined } from './pipelined.ts';
import { decodeSync, withDocument } from './sync-codec.ts';

export interface UploadOptions {
  readonly width?: number;
  /** Called once the server has said that it has a document. */
  readonly onAck?: (document: BenchDocument) => void;
}

export const usualWidth = 64;

/** Brings new documents to the server, as a stock client does: first what it has, then all of it. */
export async function upload(
  peer: Peer,
  documents: readonly BenchDocument[],
  { width = usualWidth, onAck = () => {} }: UploadOptions = {},
): Promise<void> {
  await pipelined(peer, documents, {
    width,
    async work(document) {
      await uploadOne(peer, document);
      onAck(document);
    },
  });
}

function uploadOne(peer: Peer, { id, head, firstMessage, saved }: BenchDocument): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isSent = false;
  peer.listen(id, ({ type, data }) => {
    if (type !== 'sync' && type !== 'request') return;
    if (decodeSync(data).heads.includes(head)) {
      peer.ignore(id);
      resolve();
    } else if (!isSent) {
      isSent = true;
      peer.send('sync', id, withDocument(firstMessage, saved));
    }
  });
  peer.send('sync', id, firstMessage);
  return promise;
}
