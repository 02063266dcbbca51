import type { Change } from './change.ts';
import { ByteCursor } from './byte-cursor.ts';
import { ColumnList } from './column-list.ts';
import { OperationColumns } from './operation-columns.ts';

/** What an operation refers to another as: the object it changes, the element it stands after, what it overwrites. */
export type Reference = 'object' | 'element' | 'predecessor';

const list = new ColumnList();
const columns = new OperationColumns();

/**
 * Tells `visit` which operations those of `change` refer to, but for those of the change itself: whose, their
 * counter, and what as. The same one after the other is told once. They exist, or the change must not be taken.
 * `visit` must not ask for those of another change.
 */
export function referredOperations(
  change: Change,
  visit: (actor: string, counter: number, reference: Reference) => void,
): void {
  const cursor = new ByteCursor(change.body, change.columnsAt);
  list.read(cursor);
  columns.open(list, change.body, cursor.position);
  const tell = (actor: number, counter: number, reference: Reference): void => {
    if (actor === 0 && counter >= change.startOp) return;
    visit((actor === 0 ? change.actor : change.otherActors[actor - 1]) ?? '', counter, reference);
  };
  try {
    readReferences(change.operations, tell);
  } finally {
    columns.close();
  }
}

type Tell = (actor: number, counter: number, reference: Reference) => void;

function readReferences(operations: number, tell: Tell): void {
  const { objectActor, objectCounter, keyActor, keyCounter } = columns;
  const { predecessorCount, predecessorActor, predecessorCounter } = columns;
  let lastObjectActor = -1;
  let lastObjectCounter = -1;
  for (let row = 0; row < operations; row += 1) {
    columns.next();
    const isLast = objectActor.value === lastObjectActor && objectCounter.value === lastObjectCounter;
    if (!objectActor.isNull && !isLast) {
      tell(objectActor.value, objectCounter.value, 'object');
      lastObjectActor = objectActor.value;
      lastObjectCounter = objectCounter.value;
    }
    if (!keyActor.isNull) tell(keyActor.value, keyCounter.value, 'element');
    for (let left = predecessorCount.value; left > 0; left -= 1) {
      predecessorActor.next();
      predecessorCounter.next();
      tell(predecessorActor.value, predecessorCounter.value, 'predecessor');
    }
  }
}
