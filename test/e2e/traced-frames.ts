import { decodeSyncMessage, type DecodedSyncMessage } from '@automerge/automerge';
import { decode } from '@automerge/automerge-repo/helpers/cbor.js';
import { isReceive, isSend, type SystemCall } from './system-calls.ts';

/** One sync message on a WebSocket of the traced server, with the call that brought its last byte or sent its first. */
export interface TracedMessage {
  readonly direction: 'received' | 'sent';
  readonly message: DecodedSyncMessage;
  readonly call: SystemCall;
}

interface Stream {
  bytes: Buffer;
  isUpgraded: boolean;
}

/** The sync messages that passed the sockets of a trace, both ways. */
export function findMessages(calls: readonly SystemCall[]): readonly TracedMessage[] {
  const streams = new Map<string, Stream>();
  const found: TracedMessage[] = [];
  for (const call of calls) {
    const direction = isReceive(call) ? 'received' : isSend(call) ? 'sent' : undefined;
    if (!direction || !call.file.startsWith('socket:')) continue;
    const key = `${direction} ${call.file}`;
    const stream = streams.get(key) ?? { bytes: Buffer.alloc(0), isUpgraded: false };
    streams.set(key, stream);
    stream.bytes = Buffer.concat([stream.bytes, call.bytes.subarray(0, call.result)]);
    for (const payload of takeFrames(stream)) {
      const message = syncMessageOf(payload);
      if (message) found.push({ direction, message, call });
    }
  }
  return found;
}

/** The payloads of the binary frames that are complete (RFC 6455 §5.2), taken off the stream. */
function takeFrames(stream: Stream): readonly Uint8Array[] {
  if (!stream.isUpgraded) {
    const head = stream.bytes.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (!/upgrade: websocket/i.test(head) || end === -1) return [];
    stream.isUpgraded = true;
    stream.bytes = stream.bytes.subarray(end + 4);
  }
  const payloads: Uint8Array[] = [];
  for (;;) {
    const frame = readFrame(stream.bytes);
    if (!frame) return payloads;
    stream.bytes = stream.bytes.subarray(frame.length);
    if (frame.isBinary) payloads.push(frame.payload);
  }
}

function readFrame(bytes: Buffer) {
  const [first = 0, second = 0] = bytes;
  const [short, isMasked] = [second & 0x7f, (second & 0x80) !== 0];
  const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskAt = 2 + sizeBytes;
  const payloadAt = maskAt + (isMasked ? 4 : 0);
  if (bytes.length < payloadAt) return undefined;
  const size = sizeBytes === 0 ? short : Number(BigInt(`0x${bytes.subarray(2, maskAt).toString('hex')}`));
  const length = payloadAt + size;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(maskAt, payloadAt);
  const payload = bytes.subarray(payloadAt, length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return { isBinary: first === 0x82, payload: new Uint8Array(payload), length };
}

function syncMessageOf(payload: Uint8Array): DecodedSyncMessage | undefined {
  const frame = decode<{ readonly type?: unknown; readonly data?: unknown }>(payload);
  const isSync = frame.type === 'sync' || frame.type === 'request';
  return isSync && frame.data instanceof Uint8Array ? decodeSyncMessage(frame.data) : undefined;
}
