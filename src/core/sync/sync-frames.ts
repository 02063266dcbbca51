import { encodeSyncMessageAfter, type OutgoingSyncMessage } from '../format/sync-message.ts';
import type { DocumentId } from '../store/document-id.ts';
import { encodePlainCbor } from './plain-cbor-writer.ts';

const fields = 5;
const mapHead = 0xa0;
/** Of a text with a length of 8 bits, of a byte string with one of 32 bits (RFC 8949 §3). */
const [textHead, textHeadBytes] = [0x78, 2];
const [dataHead, dataHeadBytes] = [0x5a, 5];

/**
 * Writes the frames of sync messages: the maps that `encodeFrame` gives, with what all those of a namespace begin with encoded
 * once, and each message written where it is sent from.
 */
export class SyncFrames {
  readonly #beginning: Uint8Array;
  readonly #dataKey = encodePlainCbor('data');

  /** `senderId` is the id this server has in the namespace. */
  constructor(senderId: string) {
    // No client looks at `targetId`, so that one frame serves all.
    const beginning = encodePlainCbor({ type: 'sync', senderId, targetId: '' });
    this.#beginning = Buffer.concat([beginning, encodePlainCbor('documentId')]);
    this.#beginning[0] = mapHead | fields;
  }

  encode(documentId: DocumentId, message: OutgoingSyncMessage): Uint8Array {
    const idAt = this.#beginning.length;
    const keyAt = idAt + textHeadBytes + documentId.length;
    const headAt = keyAt + this.#dataKey.length;
    const frame = encodeSyncMessageAfter(headAt + dataHeadBytes, message);
    frame.set(this.#beginning);
    writeAscii(frame, idAt, documentId);
    frame.set(this.#dataKey, keyAt);
    writeDataHead(frame, headAt);
    return frame;
  }
}

/** Document ids are ASCII. */
function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  bytes[at] = textHead;
  bytes[at + 1] = text.length;
  for (let index = 0; index < text.length; index += 1) {
    bytes[at + textHeadBytes + index] = text.charCodeAt(index);
  }
}

/** The head of a byte string that takes all the rest of `bytes`. */
function writeDataHead(bytes: Uint8Array, at: number): void {
  const length = bytes.length - at - dataHeadBytes;
  bytes[at] = dataHead;
  bytes[at + 1] = length >>> 24;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 8;
  bytes[at + 4] = length;
}
