import type { Pages } from './pages.ts';

/* https://sqlite.org/fileformat2.html#b_tree_pages */

const tableLeaf = 0x0d;
const indexLeaf = 0x0a;
const leafHeaderBytes = 8;
const mostColumns = 32;

export type Value = number | string | Uint8Array | null;

/** A row as it lies in a leaf of a table, or an entry of an index, which has no id. */
export interface SalvagedRecord {
  readonly id: number | undefined;
  readonly values: readonly Value[];
}

/** Every row that can be read out of the leaves of a database, whichever table it is of, in no order. */
export function* salvageRecords(pages: Pages): Generator<SalvagedRecord> {
  for (const page of pages.inUse) {
    const type = page[0];
    if ((type !== tableLeaf && type !== indexLeaf) || page.length < leafHeaderBytes) continue;
    const cells = page.readUInt16BE(3);
    for (let cell = 0; cell < cells; cell += 1) {
      const at = leafHeaderBytes + cell * 2;
      if (at + 2 > page.length) break;
      const record = readCell(pages, page, page.readUInt16BE(at), type === tableLeaf);
      if (record) yield record;
    }
  }
}

function readCell(pages: Pages, page: Buffer, at: number, isTable: boolean): SalvagedRecord | undefined {
  try {
    const size = readVarint(page, at);
    const id = isTable ? readVarint(page, size.end) : undefined;
    const payload = readPayload(pages, page, { at: id?.end ?? size.end, size: size.value, isTable });
    const values = payload && readRecord(payload);
    return values && { id: id?.value, values };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Payload {
  readonly at: number;
  readonly size: number;
  readonly isTable: boolean;
}

/** What does not fit into the cell goes on in a chain of pages (https://sqlite.org/fileformat2.html#cell_payload_overflow_pages). */
function readPayload(pages: Pages, page: Buffer, { at, size, isTable }: Payload): Buffer | undefined {
  const usable = pages.pageBytes;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (size <= most) return at + size <= page.length ? page.subarray(at, at + size) : undefined;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (usable - 4));
  const local = fitting <= most ? fitting : least;
  const parts = [page.subarray(at, at + local)];
  let left = size - local;
  let next = page.readUInt32BE(at + local);
  for (const seen = new Set<number>(); left > 0;) {
    const overflow = seen.has(next) ? undefined : pages.page(next);
    if (overflow === undefined) return undefined;
    seen.add(next);
    const part = overflow.subarray(4, 4 + Math.min(left, usable - 4));
    parts.push(part);
    left -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** https://sqlite.org/fileformat2.html#record_format */
function readRecord(payload: Buffer): readonly Value[] | undefined {
  const header = readVarint(payload, 0);
  if (header.value > payload.length) return undefined;
  const types: number[] = [];
  for (let at = header.end; at < header.value;) {
    const type = readVarint(payload, at);
    types.push(type.value);
    at = type.end;
    if (types.length > mostColumns) return undefined;
  }
  const values: Value[] = [];
  let at = header.value;
  for (const type of types) {
    const length = lengthOf(type);
    if (length === undefined || at + length > payload.length) return undefined;
    values.push(readValue(payload.subarray(at, at + length), type));
    at += length;
  }
  return at === payload.length ? values : undefined;
}

const fixedLengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(type: number): number | undefined {
  return type < 12 ? fixedLengths[type] : Math.floor((type - 12) / 2);
}

function readValue(bytes: Buffer, type: number): Value {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type === 7) return bytes.readDoubleBE(0);
  if (type === 6) return Number(bytes.readBigInt64BE(0));
  if (type < 7) return bytes.readIntBE(0, bytes.length);
  return type % 2 === 0 ? new Uint8Array(bytes) : bytes.toString('utf8');
}

/** Big-endian, seven bits a byte, and eight in a ninth; ids of ours stay far below 2⁵³. */
function readVarint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(start + index);
    value = value * 0x80 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return { value: value * 0x100 + bytes.readUInt8(start + 8), end: start + 9 };
}
