import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Automerge from '@automerge/automerge';
import { readChange } from '../../src/core/format/change.ts';
import { readChunks } from '../../src/core/format/chunk.ts';
import { documentChanges } from '../../src/core/format/document-changes.ts';
import { readDocument } from '../../src/core/format/document.ts';
import { referredOperations } from '../../src/core/format/referred-operations.ts';
import { onlyChunk } from '../support/chunks.ts';

/*
 * What the format costs: `bun --no-env-file test/bench/format.ts`. A text of 5 MB with 41,000 changes is made
 * once, which takes a minute, and kept in the temporary directory.
 */

const budget = { inflatedBytes: 256 * 2 ** 20, operations: 8_000_000 };
const changes = 41_000;
const textBytes = 5 * 2 ** 20;
const seconds = 0.5;

/** Microseconds of one call, the median of many batches. */
function microseconds(work: () => unknown): number {
  const batches: number[] = [];
  const until = performance.now() + 1_000 * seconds;
  let calls = 1;
  while (performance.now() < until || batches.length < 5) {
    const start = performance.now();
    for (let left = calls; left > 0; left -= 1) work();
    const took = performance.now() - start;
    if (took < 1 && calls < 1_000_000) calls *= 2;
    else batches.push((1_000 * took) / calls);
  }
  return batches.toSorted((a, b) => a - b)[Math.floor(batches.length / 2)] ?? 0;
}

/** The change of one more character in a text. */
function oneCharacter(): Uint8Array {
  const doc = Automerge.from({ text: 'a text of some length' });
  const edited = Automerge.change(doc, (draft) => Automerge.splice(draft, ['text'], 4, 0, 'x'));
  const change = Automerge.getLastLocalChange(edited);
  if (!change) throw new Error('nothing was changed');
  return change;
}

/** A document of about 1 KB. */
function smallDocument(): Uint8Array {
  let doc = Automerge.from<{ title: string; tags: string[] }>({ title: 'A small document', tags: [] });
  for (let number = 0; number < 12; number += 1) {
    doc = Automerge.change(doc, (draft) => void draft.tags.push(`tag ${number * 7919} of this document`));
  }
  return Automerge.save(doc);
}

/** A text of many edits, one character each, in one of many characters. */
function longText(): Uint8Array {
  const path = join(tmpdir(), `groundmist-bench-${changes}-changes.automerge`);
  if (existsSync(path)) return readFileSync(path);
  let doc = Automerge.from({ text: 'groundmist '.repeat(textBytes / 11) });
  for (let change = 1; change < changes; change += 1) {
    doc = Automerge.change(doc, (draft) => Automerge.splice(draft, ['text'], (change * 7) % 1_000, 0, 'x'));
  }
  const bytes = Automerge.save(doc);
  writeFileSync(path, bytes);
  return bytes;
}

function report(what: string, took: number, bytes: number): void {
  const time = took < 1_000 ? `${took.toFixed(2)} µs` : `${(took / 1_000).toFixed(2)} ms`;
  console.log(`${what.padEnd(52)} ${time.padStart(10)}   ${bytes} bytes`);
}

const edit = oneCharacter();
const editChunk = onlyChunk(edit);
report(
  'readChunks of a change of one character',
  microseconds(() => readChunks(edit)),
  edit.length,
);
report(
  'readChange of it',
  microseconds(() => readChange(editChunk, budget)),
  edit.length,
);
const change = readChange(editChunk, budget);
if (typeof change === 'string') throw new Error(change);
report(
  'referredOperations of it',
  microseconds(() => referredOperations(change, () => undefined)),
  edit.length,
);
const small = smallDocument();
const smallChunk = onlyChunk(small);
report(
  'readDocument of a small document',
  microseconds(() => readDocument(smallChunk, budget)),
  small.length,
);
const long = longText();
const longChunk = onlyChunk(long);
report(
  `readDocument of a text of ${changes} changes`,
  microseconds(() => readDocument(longChunk, budget)),
  long.length,
);
const document = readDocument(longChunk, budget);
if (typeof document === 'string') throw new Error(document);
report(
  'documentChanges of it',
  microseconds(() => documentChanges(document)),
  long.length,
);
