import type { Change } from '../format/change.ts';
import type { DocumentChanges } from '../format/document-changes.ts';
import { outsideOf } from './ancestry.ts';

/** What a change is to those after it. */
export type GraphChange = Pick<
  Change,
  'hash' | 'dependencies' | 'actor' | 'seq' | 'startOp' | 'maxOp' | 'operations' | 'bytes'
>;

/** The newest change of an actor. */
export interface LastChange {
  readonly seq: number;
  /** Its place in the graph. */
  readonly index: number;
}

/** The changes inside a document chunk: what its columns say, and the hashes that only Automerge can tell. */
export interface OpenedDocument {
  readonly actors: readonly string[];
  readonly changes: DocumentChanges;
  /** 32 bytes each, in the order of the columns. */
  readonly interior: Uint8Array;
  readonly operations: number;
}

const hashBytes = 32;
const none: readonly number[] = [];

/**
 * The changes of one document, by hash: what each depends on and what its author did last, no content. A change
 * stands after all it depends on, so an index is a place in time. It only grows.
 */
export class ChangeGraph {
  readonly #indices = new Map<string, number>();
  readonly #hashes: string[] = [];
  readonly #dependencies: (readonly number[])[] = [];
  readonly #maxOps: number[] = [];
  /** The chunk of each change; undefined where it is inside a document chunk. */
  readonly #bytes: (Uint8Array | undefined)[] = [];
  /** Of each actor, its sequence number and the places of its changes, in the order it made them. */
  readonly #actors = new Map<string, { seq: number; readonly indices: number[] }>();
  readonly #heads = new Set<string>();
  #sortedHeads: readonly string[] | undefined = [];
  /** What stored changes that are not in it wait for: their peers may bring it. */
  awaited: readonly string[] = [];
  #maxOp = 0;
  #operations = 0;

  get size(): number {
    return this.#hashes.length;
  }

  /** Sorted; the same array as long as nothing is added. */
  get heads(): readonly string[] {
    return (this.#sortedHeads ??= [...this.#heads].toSorted());
  }

  /** The largest counter of an operation. */
  get maxOp(): number {
    return this.#maxOp;
  }

  /** How many operations all changes have together; those of a document chunk as its rows. */
  get operations(): number {
    return this.#operations;
  }

  get headCount(): number {
    return this.#heads.size;
  }

  isHead(hash: string): boolean {
    return this.#heads.has(hash);
  }

  /** Whether these, each named once, are the heads: all that is here stands before what depends on them. */
  areHeads(hashes: readonly string[]): boolean {
    return hashes.length === this.#heads.size && hashes.every((hash) => this.#heads.has(hash));
  }

  has(hash: string): boolean {
    return this.#indices.has(hash);
  }

  indexOf(hash: string): number | undefined {
    return this.#indices.get(hash);
  }

  hashAt(index: number): string {
    return this.#hashes[index] ?? '';
  }

  maxOpAt(index: number): number {
    return this.#maxOps[index] ?? 0;
  }

  /** The chunk of a change; undefined where it is inside a document chunk. */
  bytesAt(index: number): Uint8Array | undefined {
    return this.#bytes[index];
  }

  dependenciesAt(index: number): readonly number[] {
    return this.#dependencies[index] ?? none;
  }

  lastOf(actor: string): LastChange | undefined {
    const known = this.#actors.get(actor);
    return known && { seq: known.seq, index: known.indices.at(-1) ?? 0 };
  }

  /** The change in which an actor made the operation of this counter; undefined where it made none so far on. */
  madeIn(actor: string, counter: number): number | undefined {
    const indices = this.#actors.get(actor)?.indices ?? none;
    let [low, high] = [0, indices.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.maxOpAt(indices[middle] ?? 0) < counter) low = middle + 1;
      else high = middle;
    }
    return indices[low];
  }

  /** Adds a change whose dependencies are here; whether it may be believed is judged before. */
  add(change: GraphChange): void {
    if (this.#indices.has(change.hash)) return;
    const dependencies = change.dependencies.map((hash) => this.#require(hash));
    this.#place(change.hash, change.maxOp, dependencies, change.bytes);
    this.#note(change.actor, change.seq);
    this.#operations += change.operations;
  }

  /** Adds what is inside a document chunk. Changes that are here already stay as they are. */
  addDocument({ actors, changes, interior, operations }: OpenedDocument): void {
    const indices = new Uint32Array(changes.count);
    for (let change = 0; change < changes.count; change += 1) {
      const hash = interior.subarray(change * hashBytes, (change + 1) * hashBytes).toHex();
      const known = this.#indices.get(hash);
      indices[change] = known ?? this.size;
      if (known !== undefined) continue;
      const maxOp = changes.maxOps[change] ?? 0;
      this.#place(hash, maxOp, dependenciesOf(changes, change, indices), undefined);
      const actor = actors[changes.actors[change] ?? 0] ?? '';
      this.#note(actor, changes.sequences[change] ?? 0);
    }
    this.#operations += operations;
  }

  /** The indices of the changes, oldest first, that are neither among `hashes` nor before one of them; unknown hashes say nothing. */
  outside(hashes: Iterable<string>): readonly number[] {
    return outsideOf(this, hashes);
  }

  #place(hash: string, maxOp: number, dependencies: readonly number[], bytes: Uint8Array | undefined): void {
    this.#indices.set(hash, this.#hashes.length);
    this.#hashes.push(hash);
    this.#dependencies.push(dependencies.length === 0 ? none : dependencies);
    this.#maxOps.push(maxOp);
    this.#bytes.push(bytes);
    for (const dependency of dependencies) this.#heads.delete(this.hashAt(dependency));
    this.#heads.add(hash);
    this.#sortedHeads = undefined;
    this.#maxOp = Math.max(this.#maxOp, maxOp);
  }

  /** The change placed last is this one of its actor. */
  #note(actor: string, seq: number): void {
    const known = this.#actors.get(actor);
    const index = this.size - 1;
    if (known === undefined) this.#actors.set(actor, { seq, indices: [index] });
    else {
      known.seq = seq;
      known.indices.push(index);
    }
  }

  #require(hash: string): number {
    const index = this.#indices.get(hash);
    if (index === undefined) throw new Error(`a change was added before ${hash}, which it depends on`);
    return index;
  }
}

function dependenciesOf(
  { dependencyStarts, dependencies }: DocumentChanges,
  change: number,
  indices: Uint32Array,
): readonly number[] {
  const found: number[] = [];
  const end = dependencyStarts[change + 1] ?? 0;
  for (let at = dependencyStarts[change] ?? 0; at < end; at += 1) {
    found.push(indices[dependencies[at] ?? 0] ?? 0);
  }
  return found;
}
