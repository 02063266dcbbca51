import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { ElementOrder } from '../../../src/core/graph/element-order.ts';
import { Numbering } from '../../../src/core/graph/numbering.ts';
import { emptyRun } from '../../../src/core/graph/operation-run.ts';
import { OperationTable } from '../../../src/core/graph/operation-table.ts';
import { libraries, randomHistory } from '../../support/histories.ts';

interface Inserted {
  readonly id: string;
  readonly behind: string;
}

/** What was inserted into the first text of a document, in the order it came. */
function insertedIn(doc: Automerge.Doc<unknown>): readonly Inserted[] {
  const found: Inserted[] = [];
  let text: string | undefined;
  for (const { actor, ops, startOp } of Automerge.getAllChanges(doc).map(Automerge.decodeChange)) {
    for (const [index, operation] of ops.entries()) {
      const id = `${startOp + index}@${actor}`;
      if (operation.action === 'makeText') text ??= id;
      const { elemId: behind, insert } = operation as { elemId?: string; insert?: boolean };
      if (operation.obj === text && insert === true) found.push({ id, behind: behind ?? '_head' });
    }
  }
  return found;
}

/** The elements from first to last, each before those inserted behind it, of which the latest comes first. */
function inOrder(inserted: readonly Inserted[], behind = '_head'): readonly string[] {
  const next = inserted.filter((one) => one.behind === behind).map(({ id }) => id);
  const sorted = next.toSorted((one, other) => (isLater(one, other) ? -1 : 1));
  return sorted.flatMap((id) => [id, ...inOrder(inserted, id)]);
}

function isLater(one: string, other: string): boolean {
  const [counter, otherCounter] = [Number.parseInt(one, 10), Number.parseInt(other, 10)];
  return counter > otherCounter || (counter === otherCounter && partsOf(one)[1] > partsOf(other)[1]);
}

function partsOf(id: string): readonly [counter: number, actor: string] {
  const [counter = '0', actor = ''] = id.split('@');
  return [Number(counter), actor];
}

test('elements stand in the order that Automerge gives them', () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  console.log(`a list of the seed ${seed}`);
  const inserted = insertedIn(randomHistory(libraries['Automerge 3.5'], seed, 60));
  const [actors, table] = [new Numbering(), new OperationTable()];
  for (const { id, behind } of inserted) {
    const run = { ...emptyRun(), isInserting: true, action: 1, objectCounter: 1, length: 1 };
    const [[first, actor], [keyCounter, keyActor]] = [
      partsOf(id),
      behind === '_head' ? [0, ''] : partsOf(behind),
    ];
    const key = keyCounter === 0 ? 0 : actors.add(keyActor);
    table.append({ ...run, actor: actors.add(actor), first, key, keyCounter });
  }
  const ids = inOrder(inserted);
  expect(ids).toHaveLength(inserted.length);
  const elements = ids.map(partsOf).map(([counter, actor]) => ({ actor: actors.get(actor), counter }));
  for (const [index, one] of elements.entries()) {
    const order = new ElementOrder(table, actors);
    for (const [place, other] of elements.entries()) expect(order.isBehind(one, other)).toBe(index > place);
  }
});
