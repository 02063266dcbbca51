/** Sync messages and chunks by hand, of the kind that no client writes. */

const magic = [0x85, 0x6f, 0x4a, 0x83];
const changeType = 1;
const headerBytes = 10;

export function leb128(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** A number that is not negative where signed ones are: a zero keeps the sign bit clear where it must. */
export function signedLeb128(value: number): readonly number[] {
  const bytes = leb128(value);
  const last = bytes.at(-1) ?? 0;
  return last & 0x40 ? [...bytes.slice(0, -1), last | 0x80, 0] : bytes;
}

/** A chunk of this body, with the checksum that makes it whole. */
export function craftChunk(type: number, body: Uint8Array): Uint8Array {
  const head = Uint8Array.from([type, ...leb128(body.length)]);
  const hash = new Bun.CryptoHasher('sha256').update(head).update(body).digest();
  return Uint8Array.from([...magic, ...hash.subarray(0, 4), ...head, ...body]);
}

/** The body of a change of less than 128 bytes. */
export function bodyOf(change: Uint8Array): readonly number[] {
  return [...change.subarray(headerBytes)];
}

export interface Crafted {
  readonly heads?: readonly Uint8Array[];
  readonly bloom?: readonly number[];
  readonly chunks?: readonly Uint8Array[];
}

/** A sync message of version 2, whose sender says that it has `heads` and a Bloom filter's worth. */
export function craftMessage({ heads = [], bloom = [], chunks = [] }: Crafted): Uint8Array {
  const have = [1, 0, ...leb128(bloom.length), ...bloom];
  const changes = chunks.flatMap((chunk) => [...leb128(chunk.length), ...chunk]);
  const named = [...leb128(heads.length), ...heads.flatMap((head) => [...head])];
  return Uint8Array.from([0x43, ...named, 0, ...have, ...leb128(chunks.length), ...changes, 2, 2, 0x84]);
}

/** The same change with one more column, as a later Automerge may have one: this one does not write it again. */
export function withUnknownColumn(change: Uint8Array): Uint8Array {
  const body = bodyOf(change);
  const at = columnsAt(body);
  const count = body[at] ?? 0;
  const data = at + 1 + 2 * count;
  const [specification, content] = [leb128(0x7f2), [0x7f, 1]];
  const columns = [...body.slice(at + 1, data), ...specification, content.length];
  const crafted = [...body.slice(0, at), count + 1, ...columns, ...body.slice(data), ...content];
  return craftChunk(changeType, Uint8Array.from(crafted));
}

/** The same change with operations counted from `startOp`. */
export function withStartOp(change: Uint8Array, startOp: number): Uint8Array {
  const body = bodyOf(change);
  const at = columnsAt(body) - 4;
  return craftChunk(
    changeType,
    Uint8Array.from([...body.slice(0, at), ...leb128(startOp), ...body.slice(at + 1)]),
  );
}

/** Where the columns begin in a change of one actor, without a message, whose numbers are all short. */
function columnsAt(body: readonly number[]): number {
  const dependencies = body[0] ?? 0;
  const actor = 1 + dependencies * 32;
  const [seq, startOp, time, message, otherActors] = [1, 1, 1, 1, 1];
  return actor + 1 + (body[actor] ?? 0) + seq + startOp + time + message + otherActors;
}
