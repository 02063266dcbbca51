import * as Automerge from '@automerge/automerge';
import { readChange, type Change } from '../../src/core/format/change.ts';
import { ChangeGraph } from '../../src/core/graph/change-graph.ts';
import { OperationIndex } from '../../src/core/graph/operation-index.ts';
import { addInOrder } from '../../src/core/sync/stored-graph.ts';
import { onlyChunk } from './chunks.ts';

const budget = { inflatedBytes: 64 * 2 ** 20, operations: 1_000_000 };

/** The change that `bytes` are. */
export function changeOf(bytes: Uint8Array): Change {
  const change = readChange(onlyChunk(bytes), budget);
  if (typeof change === 'string') throw new Error(`this should be a change, and is ${change}`);
  return change;
}

export function changesOf(doc: Automerge.Doc<unknown>): readonly Change[] {
  return Automerge.getAllChanges(doc).map(changeOf);
}

/** A graph of all changes of these documents. */
export function graphOf(...docs: readonly Automerge.Doc<unknown>[]): ChangeGraph {
  const graph = new ChangeGraph();
  for (const doc of docs) addInOrder(graph, changesOf(doc));
  return graph;
}

export function newIndex(): OperationIndex {
  return new OperationIndex(100_000);
}

/** The operations of all changes of this document. */
export function indexOf(doc: Automerge.Doc<unknown>): OperationIndex {
  const index = newIndex();
  for (const change of changesOf(doc)) index.add(change);
  return index;
}
