import * as Automerge from '@automerge/automerge';
import { readChange, type Change } from '../../src/core/format/change.ts';
import { readDocument, type DocumentChunk } from '../../src/core/format/document.ts';
import { OperationIndex } from '../../src/core/graph/operation-index.ts';
import { whyNotBack } from '../../src/core/graph/references.ts';
import { ChangeGraph } from '../../src/core/graph/change-graph.ts';
import { onlyChunk } from '../support/chunks.ts';
import { makeBigDocument } from './corpus/big-document.ts';
import { makeDocuments } from './corpus/documents.ts';

/*
 * What it costs to know which operations a change refers to: `bun --no-env-file test/bench/operations.ts`. The document of 5 MB is made once,
 * which takes a minute.
 */

const budget = { inflatedBytes: 2 ** 31, operations: 2 ** 31 };
const limit = 500_000;
const times = 40;

function documentOf(bytes: Uint8Array): DocumentChunk {
  const document = readDocument(onlyChunk(bytes), budget);
  if (typeof document === 'string') throw new Error(document);
  return document;
}

function changeOf(bytes: Uint8Array): Change {
  const change = readChange(onlyChunk(bytes), budget);
  if (typeof change === 'string') throw new Error(change);
  return change;
}

function indexOf(bytes: Uint8Array): OperationIndex {
  const index = new OperationIndex(limit);
  index.addDocuments([documentOf(bytes)]);
  return index;
}

/** The best of many, in milliseconds: the machine has other things to do as well. */
function milliseconds(work: () => unknown): number {
  const took = Array.from({ length: times }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...took);
}

function reportBuilding(name: string, bytes: Uint8Array): void {
  const index = indexOf(bytes);
  const reading = milliseconds(() => documentOf(bytes));
  const all = milliseconds(() => indexOf(bytes));
  const kilobytes = (index.sizeBytes / 1024).toFixed(1);
  console.log(
    `${name}: ${index.runs} runs, ${kilobytes} KiB, ${all.toFixed(2)} ms, of which ${reading.toFixed(2)} ms to read the chunk`,
  );
}

/** Changes of one character each, all over a text; what each costs, in microseconds. */
function reportTyping(count: number): void {
  let doc = Automerge.from<{ text: string }>({ text: 'a text of some length' });
  for (let at = 0; at < count; at += 1)
    doc = Automerge.change(doc, (draft) =>
      Automerge.splice(draft, ['text'], (at * at * 7) % (at + 20), 0, 'x'),
    );
  const changes = Automerge.getAllChanges(doc).map(changeOf);
  const graph = new ChangeGraph();
  for (const change of changes) graph.add(change);
  const each = (work: () => unknown): string => ((1_000 * milliseconds(work)) / changes.length).toFixed(2);
  const before = each(() => {
    for (const change of changes) whyNotBack(graph, change);
  });
  const after = each(() => {
    const index = new OperationIndex(limit);
    for (const change of changes) index.take(change, graph);
  });
  const runs = new OperationIndex(limit);
  for (const change of changes) runs.add(change);
  console.log(
    `a change of one character: ${before} µs to see what is before it, ${after} µs with the index of ${runs.runs} runs`,
  );
}

const [note] = await makeDocuments(1);
if (!note) throw new Error('there is a note');
reportBuilding('a note of 1 KB', note.saved);
reportTyping(5_000);
const big = await makeBigDocument();
reportBuilding('a text of 5 MB in 41,000 changes', big.saved);
