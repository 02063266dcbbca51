import { deflateRawSync } from 'node:zlib';
import { craftChunk, leb128, signedLeb128 } from './crafted-sync.ts';

/** Chunks that are small and ask for much, or long and say nothing: what a stranger would send. */
export interface Bomb {
  readonly what: string;
  readonly chunk: Uint8Array;
}

type Column = readonly [specification: number, bytes: Uint8Array];
const megabyte = 2 ** 20;
const frameBytes = 31 * megabyte;
const oneRow = Uint8Array.of(0x7f, 0);

export function makeBombs(): readonly Bomb[] {
  const zeros = (megabytes: number): Uint8Array => deflated(new Uint8Array(megabytes * megabyte));
  const longRun = Uint8Array.of(...signedLeb128(1_000_000), 1);
  const manyValues = (megabytes: number): Uint8Array =>
    deflated(repeated([...literal(1_000_000), ...zerosOf(1_000_000)], megabytes));
  return [
    bomb('compressed change of 300 MB', craftChunk(2, zeros(300))),
    bomb('compressed change of 250 MB', craftChunk(2, zeros(250))),
    bomb('document with a text of 300 MB', document(text(zeros(300), 300 * megabyte))),
    bomb('document with a text of 250 MB', document(text(zeros(250), 250 * megabyte))),
    bomb('document with a text of 250 MB, said to be 60', document(text(zeros(250), 60 * megabyte))),
    bomb('document with a text of 250 MB, said to be none', document([[0x5f, zeros(250)]])),
    bomb('document with 20 columns of 60 MB', document(manyColumns(20, 7, zeros(60)))),
    bomb('document with a column of 250 MB of runs', document([[0x4a, zeros(250)]])),
    bomb('document with 15 MB of runs of nothing', document([[0x42, repeated([0, 1], 15)]])),
    bomb('change with a run of a million', change([[0x42, longRun]])),
    bomb('document with a run of a million', document([[0x42, longRun]])),
    bomb('document with a run of 2^50', document([[0x42, Uint8Array.of(...signedLeb128(2 ** 50), 1)]])),
    bomb('document with 120 columns of a million values', document(manyColumns(120, 2, manyValues(1)))),
    bomb('document with ten million texts', document([[0x55, repeated([...literal(2), 0, 0], 10)]])),
    bomb('document of 31 million actors without a name', craftChunk(0, named(frameBytes, 0))),
    bomb('document of a million heads', craftChunk(0, listOf(0, 1_000_000))),
    bomb('change with a million dependencies', craftChunk(1, listOf(undefined, 1_000_000))),
    bomb('change with 10,000 dependencies and no more', craftChunk(1, listOf(undefined, 10_000))),
    bomb('change that names 2^50 dependencies', craftChunk(1, Uint8Array.from(leb128(2 ** 50)))),
    bomb('change whose counters begin at 2^50', change([], { startOp: 2 ** 50 })),
    bomb('change whose number is 2^50', change([], { seq: 2 ** 50 })),
    bomb('change with 31 MB behind its columns', change([], { extraBytes: frameBytes })),
  ];
}

function bomb(what: string, chunk: Uint8Array): Bomb {
  return { what, chunk };
}

/** The columns of one text, deflated, which is said to have so many bytes. */
function text(stored: Uint8Array, claimedBytes: number): readonly Column[] {
  return [
    [0x56, Uint8Array.of(0x7f, ...leb128(claimedBytes * 16 + 6))],
    [0x5f, stored],
  ];
}

/** A document of one change, without actors and heads, with these columns of operations. */
function document(columns: readonly Column[]): Uint8Array {
  const announced = [1, 0x01, oneRow.length, ...announce(columns)];
  return craftChunk(
    0,
    joined([Uint8Array.of(0, 0, ...announced), oneRow, ...columns.map(([, bytes]) => bytes)]),
  );
}

function change(
  columns: readonly Column[],
  { startOp = 1, seq = 1, extraBytes = 0 }: { startOp?: number; seq?: number; extraBytes?: number } = {},
): Uint8Array {
  const header = [0, 1, 0xaa, ...leb128(seq), ...leb128(startOp), 0, 0, 0, ...announce(columns)];
  const contents = columns.map(([, bytes]) => bytes);
  return craftChunk(1, joined([Uint8Array.from(header), ...contents, new Uint8Array(extraBytes)]));
}

function announce(columns: readonly Column[]): readonly number[] {
  const each = columns.flatMap(([what, { length }]) => [...leb128(what), ...leb128(length)]);
  return [...leb128(columns.length), ...each];
}

/** So many deflated columns of one type, each with an id of its own. */
function manyColumns(count: number, type: number, bytes: Uint8Array): readonly Column[] {
  return Array.from({ length: count }, (_, index) => [(index + 1) * 16 + 8 + type, bytes] as const);
}

/** So many names of so many bytes, and nothing after them. */
function named(count: number, bytes: number): Uint8Array {
  return joined([Uint8Array.from(leb128(count)), new Uint8Array(count * (1 + bytes))]);
}

/** After so many actors, so many hashes, each another. */
function listOf(actors: number | undefined, count: number): Uint8Array {
  const hashes = new Uint8Array(32 * count);
  const view = new DataView(hashes.buffer);
  for (let index = 0; index < count; index += 1) view.setUint32(32 * index, index);
  const before = actors === undefined ? [] : leb128(actors);
  return joined([Uint8Array.of(...before, ...leb128(count)), hashes]);
}

/** The beginning of a run of so many values that differ. */
function literal(values: number): readonly number[] {
  const bytes: number[] = [];
  let rest = -values;
  for (; rest < -64; rest = Math.floor(rest / 128)) bytes.push((((rest % 128) + 128) % 128) | 0x80);
  return [...bytes, rest & 0x7f];
}

function zerosOf(count: number): readonly number[] {
  return Array.from({ length: count }, () => 0);
}

function repeated(pattern: readonly number[], megabytes: number): Uint8Array {
  const one = Uint8Array.from(pattern);
  const bytes = new Uint8Array(Math.ceil((megabytes * megabyte) / one.length) * one.length);
  for (let at = 0; at < bytes.length; at += one.length) bytes.set(one, at);
  return bytes;
}

function deflated(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(deflateRawSync(bytes));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
