import { emptyRun, type ReadRun } from './operation-run.ts';
import { OperationTable } from './operation-table.ts';

/** A number of 53 bits holds a counter and the place of a run: no table that is put in order has more. */
export const mostRuns = 2 ** 21;

/** The runs that were pushed, in order: each operation once, and in as few runs as can be. */
export function inOrder(pushed: OperationTable): OperationTable {
  const table = new OperationTable();
  const run = emptyRun();
  for (let actor = 0; actor < pushed.actors; actor += 1) {
    for (const place of placesByFirst(pushed, pushed.runsOf(actor))) {
      pushed.read(place % mostRuns, run);
      const end = table.endOfActor(actor);
      if (run.first < end) cutBefore(end, run);
      if (run.length > 0) table.append(run);
    }
  }
  return table;
}

/** Sorted as numbers, which takes a fifth of the time of a comparison of ours. */
function placesByFirst(pushed: OperationTable, runs: readonly number[]): Float64Array {
  const places = new Float64Array(runs.length);
  for (const [index, run] of runs.entries()) places[index] = pushed.firstOf(run) * mostRuns + run;
  return places.toSorted();
}

/** Leaves what a run has from a counter on. */
function cutBefore(counter: number, run: ReadRun): void {
  run.length = Math.max(0, run.first + run.length - counter);
  run.first = counter;
  run.key = run.actor;
  run.keyCounter = counter - 1;
}
