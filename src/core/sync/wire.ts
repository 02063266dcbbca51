import { isDocumentId, type DocumentId } from '../store/document-id.ts';
import { encodePlainCbor } from './plain-cbor-writer.ts';
import { CborError, decodePlainCbor, type PlainMap, type PlainValue } from './plain-cbor.ts';

/**
 * The automerge-repo websocket protocol, version 1, as CBOR maps. Fields that no side needs
 * (`targetId`, `peerMetadata` of a client) are neither believed nor kept.
 */
export type ClientFrame =
  | { readonly type: 'join'; readonly senderId: string; readonly versions: readonly string[] | undefined }
  | { readonly type: 'leave'; readonly senderId: string }
  | {
      readonly type: 'sync' | 'request';
      readonly senderId: string;
      readonly documentId: DocumentId;
      readonly data: Uint8Array;
    }
  | { readonly type: 'doc-unavailable'; readonly senderId: string; readonly documentId: DocumentId }
  | EphemeralFrame
  | { readonly type: 'remote-subscription-change' | 'remote-heads-changed'; readonly senderId: string };

export type EphemeralFrame = {
  readonly type: 'ephemeral';
  readonly senderId: string;
  readonly documentId: DocumentId;
  readonly sessionId: string;
  readonly count: number;
  readonly data: Uint8Array;
};

export type ServerFrame =
  | {
      readonly type: 'peer';
      readonly senderId: string;
      readonly targetId: string;
      readonly selectedProtocolVersion: '1';
      readonly peerMetadata: { readonly storageId: string; readonly isEphemeral: false };
    }
  | { readonly type: 'error'; readonly senderId: string; readonly targetId: string; readonly message: string }
  | {
      readonly type: 'sync' | 'request';
      readonly senderId: string;
      readonly targetId: string;
      readonly documentId: DocumentId;
      readonly data: Uint8Array;
    }
  | {
      readonly type: 'doc-unavailable';
      readonly senderId: string;
      readonly targetId: string;
      readonly documentId: DocumentId;
    }
  | (EphemeralFrame & { readonly targetId: string });

export type Decoded =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  | { readonly kind: 'malformed'; readonly reason: string };

const longestPeerId = 256;

/**
 * The bytes of a frame. Nobody who receives one looks at `targetId`, neither automerge-repo 1.2.1 nor 2.5.6: what
 * many peers are told alike is encoded once, with the name of any.
 */
export function encodeFrame(frame: ServerFrame): Uint8Array {
  return encodePlainCbor(frame);
}

/** The frame these bytes are, or why they are none. Never throws, whatever the bytes. */
export function decodeFrame(bytes: Uint8Array): Decoded {
  let value: PlainValue;
  try {
    value = decodePlainCbor(bytes);
  } catch (error) {
    if (error instanceof CborError) return malformed(`the frame is not plain CBOR: ${error.message}`);
    throw error;
  }
  if (!isMap(value)) return malformed('the frame is not a CBOR map');
  const { type, senderId } = value;
  if (typeof type !== 'string') return malformed('the frame has no type');
  if (!isName(senderId)) return malformed('the frame has no senderId');
  return decodeTyped(type, senderId, value);
}

function decodeTyped(type: string, senderId: string, fields: PlainMap): Decoded {
  switch (type) {
    case 'join':
      return decodeJoin(senderId, fields);
    case 'leave':
    case 'remote-subscription-change':
    case 'remote-heads-changed':
      return { kind: 'frame', frame: { type, senderId } };
    case 'sync':
    case 'request':
    case 'doc-unavailable':
    case 'ephemeral':
      return decodeAboutDocument(type, senderId, fields);
    default:
      return malformed('the frame has a type this server does not know');
  }
}

function decodeJoin(senderId: string, { supportedProtocolVersions: versions }: PlainMap): Decoded {
  if (versions === undefined) return { kind: 'frame', frame: { type: 'join', senderId, versions } };
  if (!isTextList(versions)) return malformed('supportedProtocolVersions is not a list of texts');
  return { kind: 'frame', frame: { type: 'join', senderId, versions } };
}

function decodeAboutDocument(
  type: 'sync' | 'request' | 'doc-unavailable' | 'ephemeral',
  senderId: string,
  { documentId, data, sessionId, count }: PlainMap,
): Decoded {
  if (typeof documentId !== 'string' || !isDocumentId(documentId))
    return malformed('the documentId is not one');
  if (type === 'doc-unavailable') return { kind: 'frame', frame: { type, senderId, documentId } };
  if (!(data instanceof Uint8Array) || data.length === 0) return malformed('the frame has no data');
  if (type !== 'ephemeral') return { kind: 'frame', frame: { type, senderId, documentId, data } };
  if (!isName(sessionId)) return malformed('the presence message has no sessionId');
  if (!Number.isSafeInteger(count) || typeof count !== 'number')
    return malformed('the presence message has no count');
  return { kind: 'frame', frame: { type, senderId, documentId, data, sessionId, count } };
}

function malformed(reason: string): Decoded {
  return { kind: 'malformed', reason };
}

function isMap(value: PlainValue): value is PlainMap {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isName(value: PlainValue): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longestPeerId;
}

function isTextList(value: PlainValue): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
