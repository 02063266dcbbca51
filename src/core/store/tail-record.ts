/*
 * A record of the tail file, little-endian. Its head says by itself what it is about, so that damage of the rest is
 * damage of one document:
 *   0 checksum of the head   8 checksum of the rest   12 size of the rest   14 count of heads   15 whether it is the
 *   last of its batch   16 place   20 place of the first of its batch   24 id   32 changed at   40 count of what
 *   follows   42 the ids of what was written before it, as far as it names them
 * The rest is heads, 32 bytes each, and the chunk.
 */

/** A change of a document as the tail has it. */
export interface TailChange {
  /** Of the chunk: its document's number and its sequence. */
  readonly id: number;
  /** The document's with this change; undefined where a later change of the same batch has them. */
  readonly heads: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
  readonly bytes: Uint8Array;
}

/** Where a record is among the others. */
interface Place {
  /** How many were written before it since the file began anew. */
  readonly place: number;
  /** The place of the first of those that were written and synced together. */
  readonly firstPlace: number;
  readonly isLast: boolean;
  /** Of the changes that were written right before it, some or none. */
  readonly idsBefore: readonly number[];
}

export interface TailRecord extends Place {
  readonly id: number;
  /** Undefined where it was damaged. */
  readonly change: TailChange | undefined;
}

/** What a disk writes whole or not at all; no record crosses its border. */
export const blockBytes = 4096;
const fixedBytes = 42;
export const idBytes = 8;
const hashBytes = 32;
/** In place of a count: a later change of the batch has them. */
const headsComeLater = 255;
const noBytes = new Uint8Array();

/** Of the record of a change, without the ids of what was written before. */
export function recordBytes({ heads = noBytes, bytes }: TailChange): number {
  return fixedBytes + heads.length + bytes.length;
}

/** Writes a record and gives its end. */
export function writeRecord(
  target: Buffer,
  offset: number,
  { change, place, firstPlace, isLast, idsBefore }: Place & { readonly change: TailChange },
  salt: bigint,
): number {
  const { heads = noBytes, bytes } = change;
  const headEnd = offset + fixedBytes + idsBefore.length * idBytes;
  const end = headEnd + heads.length + bytes.length;
  target.set(heads, headEnd);
  target.set(bytes, headEnd + heads.length);
  target.writeUInt32LE(checksum(target.subarray(headEnd, end), salt), offset + 8);
  target.writeUInt16LE(end - headEnd, offset + 12);
  target.writeUInt8(change.heads ? heads.length / hashBytes : headsComeLater, offset + 14);
  target.writeUInt8(isLast ? 1 : 0, offset + 15);
  target.writeUInt32LE(place, offset + 16);
  target.writeUInt32LE(firstPlace, offset + 20);
  target.writeDoubleLE(change.id, offset + 24);
  target.writeDoubleLE(change.changedAt, offset + 32);
  target.writeUInt16LE(idsBefore.length, offset + 40);
  for (const [index, id] of idsBefore.entries()) {
    target.writeDoubleLE(id, offset + fixedBytes + index * idBytes);
  }
  target.writeBigUInt64LE(Bun.hash.xxHash64(target.subarray(offset + 8, headEnd), salt), offset);
  return end;
}

/** The record that starts at `offset`, and its end; undefined where none does whose head is whole. */
export function readRecord(
  bytes: Buffer,
  offset: number,
  salt: bigint,
): { readonly record: TailRecord; readonly end: number } | undefined {
  const border = Math.min(bytes.length, (Math.floor(offset / blockBytes) + 1) * blockBytes);
  if (offset + fixedBytes >= border) return undefined;
  const idCount = bytes.readUInt16LE(offset + 40);
  const headEnd = offset + fixedBytes + idCount * idBytes;
  const end = headEnd + bytes.readUInt16LE(offset + 12);
  if (end > border || end === headEnd) return undefined;
  const sum = bytes.readBigUInt64LE(offset);
  if (sum !== Bun.hash.xxHash64(bytes.subarray(offset + 8, headEnd), salt)) return undefined;
  const record = {
    id: bytes.readDoubleLE(offset + 24),
    place: bytes.readUInt32LE(offset + 16),
    firstPlace: bytes.readUInt32LE(offset + 20),
    isLast: bytes.readUInt8(offset + 15) === 1,
    idsBefore: Array.from({ length: idCount }, (_, index) =>
      bytes.readDoubleLE(offset + fixedBytes + index * idBytes),
    ),
    change: readChange(bytes, { offset, headEnd, end }, salt),
  };
  return { record, end };
}

function readChange(
  bytes: Buffer,
  { offset, headEnd, end }: { readonly offset: number; readonly headEnd: number; readonly end: number },
  salt: bigint,
): TailChange | undefined {
  const rest = bytes.subarray(headEnd, end);
  if (bytes.readUInt32LE(offset + 8) !== checksum(rest, salt)) return undefined;
  const count = bytes.readUInt8(offset + 14);
  const headsBytes = count === headsComeLater ? 0 : count * hashBytes;
  return {
    id: bytes.readDoubleLE(offset + 24),
    heads: count === headsComeLater ? undefined : new Uint8Array(rest.subarray(0, headsBytes)),
    changedAt: bytes.readDoubleLE(offset + 32),
    bytes: new Uint8Array(rest.subarray(headsBytes)),
  };
}

function checksum(bytes: Uint8Array, salt: bigint): number {
  return Bun.hash.xxHash32(bytes, Number(salt & 0xffffffffn));
}
