import { toFailure } from '../failure.ts';
import type { DocumentSpeech } from './document-speech.ts';
import type { Peer } from './peer.ts';

/** What a peer asked for could not be done: it may come again, unless nothing of the document can be read. */
export function turnAway(peer: Peer, speech: Pick<DocumentSpeech, 'tellMissing'>, error: unknown): void {
  const { code, message } = toFailure(error);
  const reason =
    code === 'StoreReadOnly' ? message : 'the server could not store or read this; it keeps what it had';
  if (code === 'StoreDamaged') speech.tellMissing(peer);
  else peer.refuse('StoreUnavailable', reason);
}
