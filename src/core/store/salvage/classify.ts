import { checksumOffset } from '../../format/chunk.ts';
import { whyNotChunks } from '../../format/whole-chunks.ts';
import { sequenceLimit } from '../chunk-table.ts';
import { isDocumentId, type DocumentId } from '../document-id.ts';
import type { SalvagedRecord, Value } from './records.ts';

export interface SalvagedDocument {
  readonly heads: Uint8Array;
  readonly nextSequence: number;
  readonly changedAt: number;
}

export interface SalvagedAside {
  readonly documentId: string;
  readonly reason: string;
  readonly setAsideAt: number;
  readonly bytes: Uint8Array;
}

/** What claims one place; the first is as good as the others. */
type PlacedChunks = readonly [id: number, all: readonly Uint8Array[]];

/** What the rows of a broken database were. */
export class Salvaged {
  /** Their ids, by their numbers. */
  readonly ids = new Map<number, DocumentId>();
  readonly documents = new Map<number, SalvagedDocument>();
  /** By their ids; several where an older one was left behind. */
  readonly chunks = new Map<number, Uint8Array[]>();
  readonly asides: SalvagedAside[] = [];
  /** Bytes that are neither a chunk nor known to be anything else, with what their id says. */
  readonly unknown: { readonly id: number; readonly bytes: Uint8Array }[] = [];

  #byNumber: ReadonlyMap<number, readonly PlacedChunks[]> = new Map();

  /** Documents of which there is something, and chunks that belong to a document. */
  count(): { readonly documents: number; readonly chunks: number } {
    const owned = [...this.#byNumber].filter(([number]) => this.ids.has(number));
    return {
      documents: new Set(owned.map(([number]) => this.ids.get(number))).size,
      chunks: owned.flatMap(([, places]) => places).reduce((sum, [, all]) => sum + all.length, 0),
    };
  }

  add({ id, values }: SalvagedRecord): void {
    if (id === undefined) return this.#addIndexed(values);
    const [first, second, third, ...others] = values;
    if (values.length === 2 && first === null && second instanceof Uint8Array) {
      return this.#addBytes(id, second);
    }
    if (first !== null || typeof second !== 'string') return;
    if (third instanceof Uint8Array) return this.#addDocument(id, second, third, others);
    if (typeof third === 'string') this.#addAside(second, third, others);
  }

  /** The chunks of a document, in order, once it is settled. */
  chunksOf(number: number): readonly PlacedChunks[] {
    return this.#byNumber.get(number) ?? [];
  }

  /** Hashes inside of a chunk that is there are found out again. */
  settle(): void {
    const isInterior = ({ id, bytes }: { readonly id: number; readonly bytes: Uint8Array }): boolean =>
      bytes.length % 32 === 0 && this.chunks.has(id);
    const rest = this.unknown.filter((one) => !isInterior(one));
    this.unknown.splice(0, this.unknown.length, ...rest);
    const inOrder = [...this.chunks].toSorted(([left], [right]) => left - right);
    this.#byNumber = Map.groupBy(inOrder, ([id]) => Math.floor(id / sequenceLimit));
  }

  #addIndexed([first, second]: readonly Value[]): void {
    if (typeof first !== 'string' || typeof second !== 'number') return;
    if (isDocumentId(first) && !this.ids.has(second)) this.ids.set(second, first);
  }

  #addBytes(id: number, bytes: Uint8Array): void {
    if (whyNotChunks(bytes) !== undefined && !beginsAsChunk(bytes)) {
      this.unknown.push({ id, bytes });
      return;
    }
    const known = this.chunks.get(id) ?? [];
    if (!known.some((one) => Buffer.from(one).equals(bytes))) this.chunks.set(id, [...known, bytes]);
  }

  #addDocument(number: number, id: string, heads: Uint8Array, others: readonly Value[]): void {
    const [, , nextSequence, changedAt] = others;
    if (!isDocumentId(id)) return;
    this.ids.set(number, id);
    if (typeof nextSequence !== 'number' || typeof changedAt !== 'number') return;
    if (nextSequence < 0 || nextSequence > sequenceLimit || heads.length % 32 !== 0) return;
    const known = this.documents.get(number);
    if ((known?.nextSequence ?? -1) > nextSequence) return;
    this.documents.set(number, { heads, nextSequence, changedAt });
  }

  #addAside(documentId: string, reason: string, [setAsideAt, bytes]: readonly Value[]): void {
    if (typeof setAsideAt !== 'number' || !(bytes instanceof Uint8Array)) return;
    this.asides.push({ documentId, reason, setAsideAt, bytes });
  }
}

const magic = Buffer.from([0x85, 0x6f, 0x4a, 0x83]);

function beginsAsChunk(bytes: Uint8Array): boolean {
  return magic.equals(bytes.subarray(0, checksumOffset));
}
