import { ByteCursor, CutOffError } from './byte-cursor.ts';
import { BloomFilter } from './bloom-filter.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  decodeFlags,
  noCapabilities,
  noFlags,
  writeFlags,
  type SyncCapabilities,
  type SyncFlags,
} from './sync-flags.ts';

/** What one peer tells another of one document. Hashes are lower-case hex digits. */
export interface SyncMessage {
  readonly version: 1 | 2;
  /** The newest changes of the sender. */
  readonly heads: readonly string[];
  /** Changes that the sender asks for by name. */
  readonly need: readonly string[];
  /** What the sender has. Clients say it once, or not at all while they need something. */
  readonly have: readonly Have[];
  /** Views of the message: of version 1 a change each, of version 2 chunks of any kind, one after the other. */
  readonly changes: readonly Uint8Array[];
  readonly capabilities: SyncCapabilities;
  readonly flags: SyncFlags;
}

export interface Have {
  /** The heads both sides had when they last agreed. */
  readonly lastSync: readonly string[];
  /** What the sender has beyond those. */
  readonly bloom: BloomFilter;
}

export type RefusedSyncMessage =
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'too large'; readonly reason: string };

export interface OutgoingSyncMessage {
  readonly heads: readonly string[];
  readonly need: readonly string[];
  readonly have: readonly Pick<Have, 'lastSync'>[];
  /** Whole chunks. */
  readonly changes: readonly Uint8Array[];
  readonly isReadOnly?: boolean;
}

const version1 = 0x42;
const version2 = 0x43;
const hashBytes = 32;
/** Clients name their heads and what they miss: a handful, or as many as there were editors. */
const mostHashes = 10_000;
/** Clients send one, or none. */
const mostHaves = 8;
/** A client sends changes one by one only to a server that takes nothing else. */
const mostChanges = 100_000;
const mostCountBytes = 8;

/**
 * The message these bytes are, or why it is none, or not looked at. Never throws, whatever the bytes. As lenient as
 * Automerge 2.2 and 3.5: what follows the flags, and flags that are unknown, belong to clients of tomorrow.
 */
export function decodeSyncMessage(bytes: Uint8Array): SyncMessage | RefusedSyncMessage {
  try {
    return readMessage(new ByteCursor(bytes));
  } catch (error) {
    if (error instanceof CutOffError) return { kind: 'malformed', reason: error.message };
    if (error instanceof RefusedError) return error.refused;
    throw error;
  }
}

/**
 * The bytes of a message with an empty Bloom filter in each `have`: version 1 without changes, version 2 with them.
 * Automerge 2.2 and later read both.
 */
export function encodeSyncMessage(message: OutgoingSyncMessage): Uint8Array {
  return encodeSyncMessageAfter(0, message);
}

/** The same after so many bytes that are free, for what carries the message. */
export function encodeSyncMessageAfter(freeBytes: number, message: OutgoingSyncMessage): Uint8Array {
  const { heads, need, have, changes, isReadOnly = false } = message;
  const changesBytes = changes.reduce((sum, { length }) => sum + length, 0);
  const hashes = have.reduce((sum, { lastSync }) => sum + lastSync.length, heads.length + need.length);
  const counts = 5 + 2 * have.length;
  const writer = new ByteWriter(freeBytes + hashes * hashBytes + counts * mostCountBytes + changesBytes);
  writer.skip(freeBytes);
  writer.byte(changesBytes > 0 ? version2 : version1);
  writeHashes(writer, heads);
  writeHashes(writer, need);
  writer.unsigned(have.length);
  for (const { lastSync } of have) {
    writeHashes(writer, lastSync);
    writer.unsigned(0);
  }
  writer.unsigned(changesBytes > 0 ? 1 : 0);
  if (changesBytes > 0) writer.unsigned(changesBytes);
  for (const change of changes) writer.bytes(change);
  writeFlags(writer, { isReadOnly });
  return writer.finish();
}

class RefusedError extends Error {
  readonly refused: RefusedSyncMessage;

  constructor(kind: RefusedSyncMessage['kind'], reason: string) {
    super(reason);
    this.refused = { kind, reason };
  }
}

function readMessage(cursor: ByteCursor): SyncMessage {
  const [type] = cursor.take(1);
  if (type !== version1 && type !== version2) throw new RefusedError('malformed', 'it has another type');
  const version = type === version1 ? 1 : 2;
  const heads = readHashes(cursor);
  const need = readHashes(cursor);
  const have = readHave(cursor);
  const changes = readChanges(cursor);
  if (cursor.isAtEnd) {
    return { version, heads, need, have, changes, capabilities: noCapabilities, flags: noFlags };
  }
  const { capabilities, flags } = decodeFlags(cursor.take(cursor.unsigned()));
  return { version, heads, need, have, changes, capabilities, flags };
}

function readHashes(cursor: ByteCursor): readonly string[] {
  const count = cursor.unsigned();
  if (count > mostHashes) throw tooLarge(`it names more than ${mostHashes} changes`);
  const hashes: string[] = [];
  for (let left = count; left > 0; left -= 1) hashes.push(cursor.take(hashBytes).toHex());
  return hashes;
}

function readHave(cursor: ByteCursor): readonly Have[] {
  const count = cursor.unsigned();
  if (count > mostHaves) throw tooLarge(`it says more than ${mostHaves} times what its sender has`);
  const have: Have[] = [];
  for (let left = count; left > 0; left -= 1) {
    have.push({ lastSync: readHashes(cursor), bloom: readFilter(cursor) });
  }
  return have;
}

function readFilter(cursor: ByteCursor): BloomFilter {
  const filter = BloomFilter.decode(cursor.take(cursor.unsigned()));
  if (filter === 'too much') throw tooLarge('its Bloom filter asks for more than any client does');
  if (filter === 'no filter') throw new RefusedError('malformed', 'its Bloom filter is none');
  return filter;
}

function readChanges(cursor: ByteCursor): readonly Uint8Array[] {
  const count = cursor.unsigned();
  if (count > mostChanges) throw tooLarge(`it brings more than ${mostChanges} changes one by one`);
  const changes: Uint8Array[] = [];
  for (let left = count; left > 0; left -= 1) changes.push(cursor.take(cursor.unsigned()));
  return changes;
}

/** Sorted: Automerge compares lists of heads one by one, and does not come to rest where the order differs. */
function writeHashes(writer: ByteWriter, hashes: readonly string[]): void {
  writer.unsigned(hashes.length);
  for (const hash of hashes.length > 1 ? hashes.toSorted() : hashes) writer.hex(hash);
}

function tooLarge(reason: string): RefusedError {
  return new RefusedError('too large', reason);
}
