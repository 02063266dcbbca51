import { decode, encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { isDocumentId, type DocumentId } from '../store/document-id.ts';
import { whyNotPlainCbor } from './plain-cbor.ts';

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

export interface EphemeralFrame {
  readonly type: 'ephemeral';
  readonly senderId: string;
  readonly documentId: DocumentId;
  readonly sessionId: string;
  readonly count: number;
  readonly data: Uint8Array;
}

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

export function encodeFrame(frame: ServerFrame): Uint8Array {
  return encode(frame);
}

/** The frame these bytes are, or why they are none. Never throws, whatever the bytes. */
export function decodeFrame(bytes: Uint8Array): Decoded {
  const strange = whyNotPlainCbor(bytes);
  if (strange) return malformed(`the frame is not plain CBOR: ${strange}`);
  let value: unknown;
  try {
    value = decode(bytes);
  } catch {
    return malformed('the frame is not CBOR');
  }
  if (!isPlainMap(value)) return malformed('the frame is not a CBOR map');
  const { type, senderId } = value;
  if (typeof type !== 'string') return malformed('the frame has no type');
  if (!isName(senderId)) return malformed('the frame has no senderId');
  return decodeTyped(type, senderId, value);
}

function decodeTyped(type: string, senderId: string, fields: Fields): Decoded {
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

function decodeJoin(senderId: string, { supportedProtocolVersions: versions }: Fields): Decoded {
  if (versions === undefined) return { kind: 'frame', frame: { type: 'join', senderId, versions } };
  if (!isTextList(versions)) return malformed('supportedProtocolVersions is not a list of texts');
  return { kind: 'frame', frame: { type: 'join', senderId, versions } };
}

function decodeAboutDocument(
  type: 'sync' | 'request' | 'doc-unavailable' | 'ephemeral',
  senderId: string,
  { documentId, data, sessionId, count }: Fields,
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

type Fields = Readonly<Record<string, unknown>>;

function malformed(reason: string): Decoded {
  return { kind: 'malformed', reason };
}

function isPlainMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longestPeerId;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
