import { CutOffError } from './byte-cursor.ts';
import type { DocumentChunk } from './document.ts';
import { fillDifferences, fillNumbers } from './number-runs.ts';

/** What a document chunk says of the changes in it, in its own order, which puts a change after those it needs. */
export interface DocumentChanges {
  readonly count: number;
  /** Who made it, as an index into the actors of the document. */
  readonly actors: Uint32Array;
  readonly sequences: Uint32Array;
  /** The counter of its last operation. */
  readonly maxOps: Uint32Array;
  /** Change `n` depends on those in `dependencies` from `dependencyStarts[n]` to before `dependencyStarts[n + 1]`. */
  readonly dependencyStarts: Uint32Array;
  /** Indices of changes. */
  readonly dependencies: Uint32Array;
}

const columns = { actor: 0x01, sequence: 0x03, maxOp: 0x13, dependencyCount: 0x40, dependency: 0x43 };
const noBytes = new Uint8Array();

/** The changes inside `document`, without their hashes, which only their operations can tell; undefined where broken. */
export function documentChanges(document: DocumentChunk): DocumentChanges | undefined {
  try {
    return readChanges(document);
  } catch (error) {
    if (error instanceof CutOffError) return undefined;
    throw error;
  }
}

function readChanges(document: DocumentChunk): DocumentChanges {
  const count = document.changeCount;
  const [actors, sequences, maxOps] = [
    new Uint32Array(count),
    new Uint32Array(count),
    new Uint32Array(count),
  ];
  fillNumbers(column(document, columns.actor), actors);
  if (actors.some((actor) => actor >= document.actors.length)) throw new CutOffError();
  fillDifferences(column(document, columns.sequence), sequences);
  fillDifferences(column(document, columns.maxOp), maxOps);
  return { count, actors, sequences, maxOps, ...readDependencies(document) };
}

function readDependencies(
  document: DocumentChunk,
): Pick<DocumentChanges, 'dependencyStarts' | 'dependencies'> {
  const count = document.changeCount;
  const dependencyStarts = new Uint32Array(count + 1);
  fillNumbers(column(document, columns.dependencyCount), dependencyStarts.subarray(1));
  const found =
    document.changeColumns.find(({ specification }) => specification === columns.dependency)?.rows ?? 0;
  const dependencies = new Uint32Array(found);
  fillDifferences(column(document, columns.dependency), dependencies);
  let at = 0;
  for (let change = 0; change < count; change += 1) {
    const end = at + (dependencyStarts[change + 1] ?? 0);
    if (end > found) throw new CutOffError();
    dependencyStarts[change + 1] = end;
    for (; at < end; at += 1) if ((dependencies[at] ?? 0) >= change) throw new CutOffError();
  }
  if (at < found) throw new CutOffError();
  return { dependencyStarts, dependencies };
}

function column(document: DocumentChunk, wanted: number): Uint8Array {
  return document.changeColumns.find(({ specification }) => specification === wanted)?.bytes ?? noBytes;
}
