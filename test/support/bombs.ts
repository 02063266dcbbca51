import { constants, createDeflateRaw } from 'node:zlib';
import type { Doc } from '@automerge/automerge';
import { changeOn } from './bad-change.ts';
import { craftChange, partsOf, type ChangeParts } from './change-parts.ts';
import { onlyChunk } from './chunks.ts';
import { craftChunk, leb128, signedLeb128 } from './crafted-sync.ts';

const magic = [0x85, 0x6f, 0x4a, 0x83];
const [changeType, deflatedType] = [1, 2];
const [insertColumn, keyActorColumn, keyCounterColumn] = [0x34, 0x11, 0x13];
const [deflatedActions, actions] = [0x42 | 8, 0x42];

type Content = Record<string, unknown>;

/** A whole change whose body inflates to so many zeros, under a correct checksum. */
export async function deflateBomb(mebibytes: number): Promise<Uint8Array> {
  const head = Uint8Array.from([changeType, ...leb128(mebibytes * 2 ** 20)]);
  const hash = new Bun.CryptoHasher('sha256').update(head);
  const zeros = new Uint8Array(2 ** 20);
  for (let left = mebibytes; left > 0; left -= 1) hash.update(zeros);
  const body = await deflatedZeros(mebibytes);
  const framed = [...magic, ...hash.digest().subarray(0, 4), deflatedType, ...leb128(body.length)];
  return Buffer.concat([Uint8Array.from(framed), body]);
}

/** A whole document with a column that inflates to so many zeros, under a correct checksum. */
export async function deflatedColumnBomb(mebibytes: number): Promise<Uint8Array> {
  const column = await deflatedZeros(mebibytes);
  const [noActors, noHeads, noChangeColumns, oneColumn] = [[0], [0], [0], [1]];
  const announced = [...oneColumn, ...leb128(deflatedActions), ...leb128(column.length)];
  const head = Uint8Array.from([...noActors, ...noHeads, ...noChangeColumns, ...announced]);
  return craftChunk(0, Buffer.concat([head, column]));
}

/** A change that is sound and puts so many nulls into the list of `doc`, one run in each of its columns. */
export function longRuns(doc: Doc<Content>, rows: number, padding = ''): Uint8Array {
  const parts = changeParts(doc, (content) => (content['list'] as unknown[]).push(null, null, null));
  for (const { specification, bytes } of parts.columns) {
    if (specification === insertColumn) bytes.splice(1, Infinity, ...leb128(rows));
    else if (specification === keyActorColumn || specification === keyCounterColumn)
      bytes.splice(2, 1, ...signedLeb128(rows - 1));
    else bytes.splice(0, 1, ...signedLeb128(rows));
  }
  parts.message = new TextEncoder().encode(padding);
  return craftChange(parts);
}

/** A change that says to have so many operations, in one column. */
export function actionRun(doc: Doc<Content>, rows: number): Uint8Array {
  return spoiltChange(doc, ({ columns }) => {
    for (const column of columns)
      if (column.specification === actions) column.bytes = [...signedLeb128(rows), 1];
  });
}

/** A small change on top of `doc` with other parts, under a valid hash. */
export function spoiltChange(doc: Doc<Content>, spoil: (parts: ChangeParts) => void): Uint8Array {
  const parts = changeParts(doc, (content) => void (content['b'] = 2));
  spoil(parts);
  return craftChange(parts);
}

export function manyHashes(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, number) => {
    const hash = new Uint8Array(32);
    new DataView(hash.buffer).setUint32(0, number);
    return hash;
  });
}

function changeParts(doc: Doc<Content>, edit: (content: Content) => void): ChangeParts {
  return partsOf(onlyChunk(changeOn(doc, edit)).body);
}

async function deflatedZeros(mebibytes: number): Promise<Uint8Array> {
  const stream = createDeflateRaw({ level: constants.Z_BEST_COMPRESSION });
  const zeros = Buffer.alloc(2 ** 20);
  void (async () => {
    for (let left = mebibytes; left > 0; left -= 1) {
      if (!stream.write(zeros)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    stream.end();
  })();
  return Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Uint8Array>));
}
