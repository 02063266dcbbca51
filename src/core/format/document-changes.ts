import { ByteCursor, CutOffError } from './byte-cursor.ts';
import { ChangeColumns } from './change-columns.ts';
import type { DocumentChunk } from './document.ts';
import { fillDifferences, fillNumbers } from './number-runs.ts';
import { countRows } from './row-count.ts';

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

const specifications = {
  actor: 0x01,
  sequence: 0x03,
  maxOp: 0x13,
  dependencyCount: 0x40,
  dependency: 0x43,
} as const;
/** They were counted against a budget when the document was read. */
const mostDependencies = 2 ** 31;

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
  const columns = new ChangeColumns(document);
  const [actors, sequences, maxOps] = [
    new Uint32Array(count),
    new Uint32Array(count),
    new Uint32Array(count),
  ];
  fillNumbers(columns.get(specifications.actor), actors);
  if (actors.some((actor) => actor >= document.actors.length)) throw new CutOffError();
  fillDifferences(columns.get(specifications.sequence), sequences);
  fillDifferences(columns.get(specifications.maxOp), maxOps);
  return { count, actors, sequences, maxOps, ...readDependencies(columns, count) };
}

function readDependencies(
  columns: ChangeColumns,
  count: number,
): Pick<DocumentChanges, 'dependencyStarts' | 'dependencies'> {
  const dependencyStarts = new Uint32Array(count + 1);
  fillNumbers(columns.get(specifications.dependencyCount), dependencyStarts.subarray(1));
  const stored = columns.get(specifications.dependency);
  const found = countRows(specifications.dependency, new ByteCursor(stored), mostDependencies);
  const dependencies = new Uint32Array(found);
  fillDifferences(stored, dependencies);
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
